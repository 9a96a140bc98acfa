//! Food aid hears weeks ahead of what will probably be too much: seen before it is sent, then one
//! letter to each organisation.

use askama::Template;
use trade::calendar::IsoWeek;
use trade::catalog::Labels;
use trade::id::ProductId;
use trade::offers::forewarning::{ExcessLine, Forewarning};
use trade::register::Register;

use super::desk::{Desk, goods_code, goods_name};
use super::look::Ahead;
use super::rows;
use crate::access::audit::Seen;
use crate::admin::desk::{Deed, Keeper, new_key};
use crate::failure::Failure;
use crate::mail;
use crate::needs::about;
use crate::store::act::post;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, Fields, back_to, html};

const TOO_LATE: &str =
    "Quelqu'un vient d'annoncer une de ces lignes à l'aide alimentaire. Rechargez la page.";

#[derive(Template)]
#[template(path = "anticipation_aid.html")]
struct AidPage {
    frame: Frame,
    key: String,
    week: String,
    back: String,
    may_write: bool,
    /// What is chosen, as the form sends it on.
    lines: Vec<String>,
    /// The same in words.
    said: Vec<String>,
    /// To whom a letter goes, with its address; empty where there is none.
    aids: Vec<(String, String)>,
    subject: String,
    letter: String,
}

/// Some goods in a week as a form sends them: the week, `|`, the goods.
pub fn line_code((goods, week): ExcessLine) -> String {
    format!("{week}|{}", goods_code(goods))
}

fn read_lines(fields: &Fields) -> Result<Vec<ExcessLine>, Failure> {
    let line = |text: &str| {
        let (week, goods) = text.split_once('|')?;
        let (product, labels) = goods.split_once('|')?;
        let goods = (ProductId::parse(product).ok()?, Labels::parse(labels).ok()?);
        Some((goods, IsoWeek::parse(week)?))
    };
    let sent = fields.starting("line");
    sent.map(|(_, text)| {
        line(text).ok_or_else(|| Failure::Input(format!("« {text} » ne se lit pas.")))
    })
    .collect()
}

fn page_of(week: IsoWeek) -> String {
    format!("/anticipation?week={week}")
}

/// `Carotte Bio, semaine 49 : environ 50 kg`
fn said_of(register: &Register, one: &Forewarning) -> Result<String, Failure> {
    let name = goods_name(register, (one.product, one.labels));
    let quantity = about(one.quantity, register.product(one.product)?.unit);
    Ok(format!("{name}, semaine\u{a0}{} : environ {quantity}", one.week.week()))
}

/// `GET /anticipation/aid`: what will be sent of the lines that are chosen, and to whom.
pub async fn page(desk: Desk, fields: Fields) -> Answer {
    let ahead = Ahead::of(&desk, fields.text("week")).await?;
    let register = &ahead.register;
    let chosen = ahead.tell(&read_lines(&fields)?)?;
    let said: Result<Vec<String>, Failure> =
        chosen.iter().map(|one| said_of(register, &one.what)).collect();
    let aids = mail::aids(register).filter_map(|aid| register.buyers.get(&aid));
    let aids: Vec<(String, String)> =
        aids.map(|aid| (aid.identity.name.clone(), aid.identity.email.clone())).collect();
    let first = mail::aids(register).next().filter(|_| !chosen.is_empty());
    let sheet = first.map(|aid| mail::forewarned_sheet(register, aid, &chosen)).transpose()?;
    let sheet = sheet.unwrap_or_default();
    let mut frame = desk.frame(ahead.week, "Annoncer à l'aide alimentaire").await?;
    frame.subtitle = "Une prévision, pas une offre : rien n'est promis, rien ne se réserve. Ce \
        qui restera vraiment s'offrira la semaine même, au quai."
        .into();
    html(&AidPage {
        frame,
        key: new_key(),
        week: ahead.week.to_string(),
        back: page_of(ahead.week),
        may_write: desk.may_write(),
        lines: chosen.iter().map(|one| line_code(one.what.line())).collect(),
        said: said?,
        aids,
        subject: sheet.subject.clone(),
        letter: sheet.plain(),
    })
}

/// `POST /anticipation/aid`: the letters, what they tell, and a line of the journal, or nothing of
/// them. The same form twice sends once.
pub async fn announce(desk: Desk, keeper: Keeper, fields: Fields) -> Answer {
    let once = match keeper.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to("/anticipation", &said),
    };
    let ahead = Ahead::of(&desk, fields.text("week")).await?;
    let register = &ahead.register;
    let told = ahead.tell(&read_lines(&fields)?)?;
    if told.is_empty() {
        let said = "Rien n'est choisi : cochez au moins un produit.";
        return Err(Failure::Input(said.into()).into());
    }
    let stamp = desk.caught.stamp();
    let letters = mail::forewarned(register, &told, &stamp)?;
    if letters.is_empty() {
        let said = "Aucune organisation d'aide alimentaire n'est au registre : rien à envoyer.";
        return Err(Failure::Input(said.into()).into());
    }
    let about: Result<Vec<String>, Failure> =
        told.iter().map(|one| said_of(register, &one.what)).collect();
    let said = format!(
        "Annoncé à l'aide alimentaire : {}, {}.",
        fr::counted(told.len(), "ligne", "lignes"),
        fr::counted(letters.len(), "lettre", "lettres")
    );
    let noted = told.iter().map(|one| (rows::tell(keeper.hub(), &one.what, &stamp), TOO_LATE));
    let place = keeper.place();
    let posts = letters.into_iter().map(|letter| post(place, letter, stamp.at.0));
    let deed = Deed::new(Seen::AidForewarned, about?.join(" ; "), said);
    let deed = deed.needs(noted).then_all(posts);
    keeper.finish(once, deed, &page_of(ahead.week)).await
}
