//! What buyers say against lines of signed notes, and what the hub answers.

use db::{Db, FromRow, Row, Val};
use trade::Denial;
use trade::calendar::{Instant, IsoWeek};
use trade::id::{BuyerId, DocumentId, NoteId, OrderId, OrderLineId};
use trade::offers::Stamp;
use trade::rounds::claim::{self, ClaimCause, ClaimRequest};
use trade::unit::Qty;

use super::scope::{BuyerScope, HubScope};
use crate::app::App;
use crate::failure::Failure;
use crate::store::act::{self, Mail, Place};
use crate::store::keys::fingerprint;

const COLUMNS: &str = "SELECT c.note, c.order_id, c.order_rank, c.buyer, c.quantity, c.cause, \
    c.said, c.at, c.by_whom, c.accepted, COALESCE(c.answer, ''), c.answered_at, \
    COALESCE(c.answered_by, ''), \
    CAST((SELECT COUNT(*) FROM claim_photos p WHERE p.hub_id = c.hub_id AND p.week = c.week \
     AND p.note = c.note AND p.order_id = c.order_id AND p.order_rank = c.order_rank) AS BIGINT), \
    c.credit_note FROM claims c \
    WHERE c.hub_id = $1 AND c.week = $2 ORDER BY c.at, c.note, c.order_rank";
const SAY: &str = "INSERT INTO claims (hub_id, week, note, order_id, order_rank, buyer, quantity, \
    cause, said, at, by_whom, idempotency_key, request_hash) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
    ON CONFLICT (hub_id, week, note, order_id, order_rank) DO NOTHING";
const SHOW: &str = "INSERT INTO claim_photos (hub_id, week, note, order_id, order_rank, kind, \
    bytes) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const KNOWN: &str = "SELECT idempotency_key, request_hash FROM claims \
    WHERE hub_id = $1 AND week = $2 AND note = $3 AND order_id = $4 AND order_rank = $5";
const PHOTO: &str = "SELECT p.kind, p.bytes, c.buyer FROM claim_photos p JOIN claims c \
    ON c.hub_id = p.hub_id AND c.week = p.week AND c.note = p.note \
    AND c.order_id = p.order_id AND c.order_rank = p.order_rank \
    WHERE p.hub_id = $1 AND p.week = $2 AND p.note = $3 AND p.order_id = $4 AND p.order_rank = $5";
const ANSWER: &str = "UPDATE claims SET accepted = $1, answer = $2, answered_at = $3, \
    answered_by = $4 WHERE hub_id = $5 AND week = $6 AND note = $7 AND order_id = $8 \
    AND order_rank = $9 AND answered_at IS NULL";
const WAITING: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM claims \
    WHERE hub_id = $1 AND week = $2 AND answered_at IS NULL";

const CREDIT: &str = "UPDATE claims SET credit_note = $1 WHERE hub_id = $2 AND week = $3 \
    AND note = $4 AND order_id = $5 AND order_rank = $6 AND accepted = 1 AND credit_note IS NULL";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[COLUMNS, SAY, SHOW, KNOWN, PHOTO, ANSWER, WAITING, CREDIT];

/// Most bytes of a photo: what a telephone sends once the page has made it smaller.
pub const PHOTO_MAX: usize = 2 << 20;
/// Most characters of what a buyer adds, and of an answer.
pub const SAID_MAX: usize = 500;

/// The line of a note that a claim is about, as addresses name it: `3-12-1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    pub note: NoteId,
    pub line: OrderLineId,
}

impl About {
    pub fn parse(code: &str) -> Option<About> {
        let numbers: Option<Vec<i64>> = code.split('-').map(|part| part.parse().ok()).collect();
        let [note, order, rank] = numbers?[..] else { return None };
        Some(About { note: NoteId(note), line: OrderLineId { order: OrderId(order), rank } })
    }

    pub fn code(self) -> String {
        format!("{}-{}-{}", self.note, self.line.order, self.line.rank)
    }

    fn key(self, place: Place) -> Vec<Val> {
        let week = Val::I(place.week.number());
        let OrderLineId { order, rank } = self.line;
        vec![place.hub.as_str().into(), week, self.note.0.into(), order.0.into(), rank.into()]
    }
}

/// A claim with what became of it.
#[derive(Clone, Debug)]
pub struct Claim {
    pub about: About,
    pub buyer: BuyerId,
    pub quantity: Qty,
    pub cause: ClaimCause,
    pub said: String,
    pub stamp: Stamp,
    pub has_photo: bool,
    pub answer: Option<ClaimAnswer>,
    /// The credit note that it led to.
    pub credit_note: Option<DocumentId>,
}

impl Claim {
    pub fn is_accepted(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.is_accepted)
    }
}

/// The statement by which a claim gets its credit note: it touches one row, or the claim is not
/// accepted, or has its credit note already.
pub fn credit(place: Place, about: About, document: DocumentId) -> (&'static str, Vec<Val>) {
    let mut values = vec![Val::from(document.0)];
    values.extend(about.key(place));
    (CREDIT, values)
}

#[derive(Clone, Debug)]
pub struct ClaimAnswer {
    pub is_accepted: bool,
    pub said: String,
    pub stamp: Stamp,
}

impl FromRow for Claim {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let bad = |what: &str| db::Error::Db(format!("the {what} of a claim"));
        let line = OrderLineId { order: OrderId(row.i64(1)?), rank: row.i64(2)? };
        let answer = match (row.opt_i64(9)?, row.opt_i64(11)?) {
            (Some(accepted), Some(at)) => Some(ClaimAnswer {
                is_accepted: accepted != 0,
                said: row.text(10)?,
                stamp: Stamp { at: Instant(at), by: row.text(12)? },
            }),
            _ => None,
        };
        Ok(Claim {
            about: About { note: NoteId(row.i64(0)?), line },
            buyer: BuyerId::parse(&row.text(3)?).map_err(|_| bad("buyer"))?,
            quantity: Qty::new(row.i64(4)?),
            cause: ClaimCause::parse(&row.text(5)?).ok_or_else(|| bad("cause"))?,
            said: row.text(6)?,
            stamp: Stamp { at: Instant(row.i64(7)?), by: row.text(8)? },
            has_photo: row.i64(13)? > 0,
            answer,
            credit_note: row.opt_i64(14)?.map(DocumentId),
        })
    }
}

/// A picture, of a kind that browsers show and that cannot carry a script.
pub struct Photo {
    pub kind: &'static str,
    pub bytes: Vec<u8>,
}

const KINDS: [(&str, &[u8]); 3] =
    [("image/jpeg", b"\xff\xd8\xff"), ("image/png", b"\x89PNG\r\n\x1a\n"), ("image/webp", b"RIFF")];

impl Photo {
    /// Believes the bytes, not what the sender calls them. `None` of nothing.
    pub fn read(bytes: Vec<u8>) -> Result<Option<Photo>, Failure> {
        if bytes.is_empty() {
            return Ok(None);
        }
        if bytes.len() > PHOTO_MAX {
            let said = "La photo dépasse 2 Mo : prenez-la en plus petit, ou envoyez sans photo.";
            return Err(Failure::Input(said.into()));
        }
        let is_webp = bytes.get(8..12) == Some(b"WEBP");
        let is_it = |(kind, head): &&(&str, &[u8])| {
            bytes.starts_with(head) && (*kind != "image/webp" || is_webp)
        };
        let kind = KINDS.iter().find(is_it).map(|(kind, _)| *kind);
        let said = "La photo n'est pas un JPEG, un PNG ou un WebP. Envoyez-la d'un téléphone, ou \
            envoyez sans photo.";
        let kind = kind.ok_or_else(|| Failure::Input(said.into()))?;
        Ok(Some(Photo { kind, bytes }))
    }
}

impl BuyerScope {
    /// The buyer's claims of a week.
    pub async fn claims(self, app: &App, week: IsoWeek) -> Result<Vec<Claim>, Failure> {
        let mut all = of_week(app, self.place(week)?).await?;
        all.retain(|claim| claim.buyer == self.buyer());
        Ok(all)
    }

    /// Says something against a line of an own note. The same key and content again changes
    /// nothing; whose delivery it is, the scope says.
    pub async fn claim(
        self,
        app: &App,
        week: IsoWeek,
        request: &ClaimRequest,
        photo: Option<Photo>,
        key: &str,
        stamp: &Stamp,
    ) -> Result<(), Failure> {
        let place = self.place(week)?;
        if request.said.chars().count() > SAID_MAX {
            let said = format!("Le mot dépasse {SAID_MAX} caractères : raccourcissez-le.");
            return Err(Failure::Input(said));
        }
        let buyer = self.buyer();
        app.read(place, |week, _| claim::claim(week, buyer, request)).await??;
        let about = About { note: request.note, line: request.line };
        let (quantity, cause) = (request.quantity.get(), request.cause.code());
        let hash = fingerprint(&format!("{buyer}|{quantity}|{cause}|{}", request.said));
        let mut values = about.key(place);
        values.extend([buyer.as_str().into(), quantity.into(), cause.into()]);
        values.extend([request.said.as_str().into(), stamp.at.0.into(), stamp.by.as_str().into()]);
        values.extend([Val::from(key), Val::from(hash)]);
        let shown = photo.map(|Photo { kind, bytes }| {
            let mut values = about.key(place);
            values.extend([Val::from(kind), Val::from(bytes)]);
            values
        });
        let db = app.db(place.scope());
        if write(&db, values, shown).await? {
            return Ok(());
        }
        let known: Vec<(String, i64)> = db.query(KNOWN, about.key(place)).await?;
        match known.first() {
            Some((own, before)) if own == key && *before == hash => Ok(()),
            Some((own, _)) if own == key => Err(Failure::OtherContent),
            _ => Err(Denial::ClaimedBefore { line: request.line }.into()),
        }
    }

    /// The picture of an own claim.
    pub async fn claim_photo(
        self,
        app: &App,
        week: IsoWeek,
        about: About,
    ) -> Result<(String, Vec<u8>), Failure> {
        photo(app, self.place(week)?, about, Some(self.buyer())).await
    }
}

/// A claim and its picture, or neither; `false` when the line was claimed before.
async fn write(db: &Db, claim: Vec<Val>, photo: Option<Vec<Val>>) -> Result<bool, Failure> {
    let written = db.write(move |tx| {
        Box::pin(async move {
            let is_new = tx.exec(SAY, claim).await? > 0;
            if let Some(values) = photo.filter(|_| is_new) {
                tx.exec(SHOW, values).await?;
            }
            Ok::<_, db::Error>(is_new)
        })
    });
    Ok(written.await?)
}

impl HubScope {
    /// All claims of a week, the oldest first.
    pub async fn claims(self, app: &App, week: IsoWeek) -> Result<Vec<Claim>, Failure> {
        of_week(app, self.at(week)).await
    }

    /// Claims of a week that nobody has answered.
    pub async fn claims_waiting(self, app: &App, week: IsoWeek) -> Result<i64, Failure> {
        let values = vec![self.hub().as_str().into(), Val::I(week.number())];
        let rows: Vec<i64> = app.db(self).query(WAITING, values).await?;
        Ok(rows.first().copied().unwrap_or(0))
    }

    pub async fn claim_photo(
        self,
        app: &App,
        week: IsoWeek,
        about: About,
    ) -> Result<(String, Vec<u8>), Failure> {
        photo(app, self.at(week), about, None).await
    }

    /// The claim about a line of a note.
    pub async fn claim(self, app: &App, week: IsoWeek, about: About) -> Result<Claim, Failure> {
        let found = self.claims(app, week).await?.into_iter().find(|claim| claim.about == about);
        found.ok_or_else(|| Failure::NotFound("Cette réclamation est inconnue.".into()))
    }

    /// Answers a claim, once, and writes `letter` to its buyer in the same transaction: `false`,
    /// and no letter, when somebody had answered before.
    pub async fn answer_claim(
        self,
        app: &App,
        week: IsoWeek,
        about: About,
        is_accepted: bool,
        said: &str,
        stamp: &Stamp,
        letter: Mail,
    ) -> Result<bool, Failure> {
        if said.chars().count() > SAID_MAX {
            let said = format!("La réponse dépasse {SAID_MAX} caractères : raccourcissez-la.");
            return Err(Failure::Input(said));
        }
        let mut values: Vec<Val> =
            vec![is_accepted.into(), said.into(), stamp.at.0.into(), stamp.by.as_str().into()];
        values.extend(about.key(self.at(week)));
        let db = app.db(self);
        let posted = act::post(self.at(week), letter, stamp.at.0);
        let written = db.write(move |tx| {
            Box::pin(async move {
                let is_first = tx.exec(ANSWER, values).await? > 0;
                if is_first {
                    tx.exec(posted.0, posted.1).await?;
                }
                Ok::<_, db::Error>(is_first)
            })
        });
        Ok(written.await?)
    }
}

async fn of_week(app: &App, place: Place) -> Result<Vec<Claim>, Failure> {
    let values = vec![place.hub.as_str().into(), Val::I(place.week.number())];
    Ok(app.db(place.scope()).query(COLUMNS, values).await?)
}

struct Found(String, Vec<u8>, String);

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Found(row.text(0)?, row.blob(1)?, row.text(2)?))
    }
}

/// Foreign and unknown are answered alike.
async fn photo(
    app: &App,
    place: Place,
    about: About,
    only: Option<BuyerId>,
) -> Result<(String, Vec<u8>), Failure> {
    let rows: Vec<Found> = app.db(place.scope()).query(PHOTO, about.key(place)).await?;
    let own = rows.into_iter().find(|row| only.is_none_or(|buyer| row.2 == buyer.as_str()));
    let Found(kind, bytes, _) =
        own.ok_or_else(|| Failure::NotFound("Cette photo est inconnue.".into()))?;
    Ok((kind, bytes))
}
