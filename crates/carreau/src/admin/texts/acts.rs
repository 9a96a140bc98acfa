//! Words for a letter: looked at, kept as a version, taken back to the built-in ones.

use super::pages::{Draft, asked_kind, next, shown};
use crate::access::audit::Seen;
use crate::admin::desk::{Deed, Desk};
use crate::admin::rows;
use crate::failure::Failure;
use crate::mail::words::LONGEST;
use crate::web::{Answer, Fields, back_to};

fn draft(fields: &Fields) -> Result<Draft, Failure> {
    Ok(Draft {
        opening: text(fields, "opening", "Au début")?,
        closing: text(fields, "closing", "À la fin")?,
    })
}

/// Plain text of a few lines; no control sign but line ends.
fn text(fields: &Fields, name: &str, label: &str) -> Result<String, Failure> {
    let text = fields.text(name).replace("\r\n", "\n");
    let many = text.chars().count();
    if many > LONGEST {
        let said = format!("« {label} » a {many} signes : {LONGEST} au plus.");
        return Err(Failure::Input(said));
    }
    match text.chars().any(|sign| sign.is_control() && sign != '\n') {
        true => Err(Failure::Input(format!("« {label} » : du texte simple, sans tabulation."))),
        false => Ok(text),
    }
}

/// `POST /admin/texts/{kind}/preview`: nothing is kept.
pub async fn preview(desk: Desk, fields: Fields) -> Answer {
    asked_kind(&desk)?;
    let draft = draft(&fields)?;
    shown(&desk, &*desk.register().await?, &draft, true).await
}

/// `POST /admin/texts/{kind}`: a new version; with `act=back`, the built-in letter.
pub async fn save(desk: Desk, fields: Fields) -> Answer {
    let (kind, name) = asked_kind(&desk)?;
    let to = format!("/admin/texts/{kind}");
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(&to, &said),
    };
    let draft = match fields.text("act") {
        "back" => Draft { opening: String::new(), closing: String::new() },
        _ => draft(&fields)?,
    };
    let register = desk.register().await?;
    let words = next(&register, kind, &draft, &desk.by())?;
    let is_back = words.opening.is_empty() && words.closing.is_empty();
    let said = match is_back {
        true => "La lettre est de nouveau celle d'origine.".to_string(),
        false => {
            format!("Version {} enregistrée : les prochaines lettres la suivent.", words.version)
        }
    };
    const GONE: &str = "Quelqu'un a changé ce texte entre-temps : rechargez la page, puis \
        recommencez.";
    let about = format!("texte : {name}, version {}", words.version);
    let deed = Deed::new(Seen::SettingChanged, about, said)
        .needs([(rows::add_words(desk.hub(), &words), GONE)]);
    desk.finish(once, deed.on_register(), &to).await
}
