//! The fields of a form, read one by one with a French reason where one cannot be read.

use axum::extract::{Form, FromRequest, Request};
use trade::calendar::Day;
use trade::unit::{Price, Qty};

use super::Fault;
use crate::failure::Failure;
use crate::ui::fr;

/// What a form sent, in its order. A name may come several times.
pub struct Fields(Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Fields, Fault> {
        let form = Form::<Vec<(String, String)>>::from_request(request, state).await;
        let form = form.map_err(|_| {
            Failure::Input("Le formulaire ne se lit pas. Rechargez la page.".into())
        })?;
        Ok(Fields(form.0))
    }
}

impl Fields {
    /// A field without the spaces around it; empty when it was not sent.
    pub fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// A field as it was typed, spaces and all: a password.
    pub fn raw(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Whether the form had this field, even empty.
    pub fn was_sent(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// All that was sent but the keys of the form, as one text: the same for the same content.
    pub fn as_one_text(&self) -> String {
        let own = self.0.iter().filter(|(name, _)| name != "key" && name != super::forms::FIELD);
        own.map(|(name, value)| format!("{name}={value}\u{1f}")).collect()
    }

    /// A field that must not be empty; `label` is its name on the page.
    pub fn needed(&self, name: &str, label: &str) -> Result<&str, Failure> {
        match self.text(name) {
            "" => Err(Failure::Input(format!("« {label} » est vide : remplissez ce champ."))),
            text => Ok(text),
        }
    }

    /// A code of the register.
    pub fn code<T>(
        &self,
        name: &str,
        label: &str,
        parse: fn(&str) -> Result<T, trade::id::BadCode>,
    ) -> Result<T, Failure> {
        let text = self.needed(name, label)?;
        parse(text).map_err(|_| Failure::Input(format!("« {label} » : « {text} » est inconnu.")))
    }

    pub fn qty(&self, name: &str, label: &str) -> Result<Qty, Failure> {
        read_qty(self.needed(name, label)?, label)
    }

    /// A quantity, or `None` when the field is empty.
    pub fn qty_or_none(&self, name: &str, label: &str) -> Result<Option<Qty>, Failure> {
        match self.text(name) {
            "" => Ok(None),
            text => read_qty(text, label).map(Some),
        }
    }

    pub fn price(&self, name: &str, label: &str) -> Result<Price, Failure> {
        let text = self.needed(name, label)?;
        fr::parse_price(text).map_err(|said| Failure::Input(format!("« {label} » : {said}")))
    }

    pub fn day(&self, name: &str, label: &str) -> Result<Day, Failure> {
        let text = self.needed(name, label)?;
        fr::parse_day(text).map_err(|said| Failure::Input(format!("« {label} » : {said}")))
    }

    pub fn number(&self, name: &str, label: &str) -> Result<i64, Failure> {
        let text = self.needed(name, label)?;
        text.parse().map_err(|_| {
            Failure::Input(format!("« {label} » : « {text} » n'est pas un nombre entier."))
        })
    }

    /// The fields whose name begins with `prefix`, with what follows it, in order; empty values
    /// are left out.
    pub fn starting<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
        self.all_starting(prefix).filter(|(_, value)| !value.is_empty())
    }

    /// As [`Fields::starting`], with those that were left or made empty.
    pub fn all_starting<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
        let strip = move |(key, value): &'a (String, String)| {
            Some((key.strip_prefix(prefix)?, value.trim()))
        };
        self.0.iter().filter_map(strip)
    }
}

/// Reads a quantity; `label` is said in the refusal.
pub fn read_qty(text: &str, label: &str) -> Result<Qty, Failure> {
    fr::parse_qty(text).map_err(|said| Failure::Input(format!("« {label} » : {said}")))
}
