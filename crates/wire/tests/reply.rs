//! Replies by mail, as letters in and what is read of them out.

use wire::reply::{self, Automatic, Said, Unclear, understood};

/// A letter's own lines (`|` ends one), and what is understood of them. Goods: words, thousandths,
/// unit, price in ten-thousandths, weekday.
const SAID: &str = "\
ok                                          = yes
OK !                                        = yes
Bonjour, ok merci                           = yes
Bonjour Anaïs,|C'est bon pour nous.         = yes
d'accord                                    = yes
Je confirme la commande                     = yes
Ok, pas de souci                            = yes
ok|Cordialement,|Jean Roque|06 12 34 56 78  = yes
ok mais 12 au lieu de 20                    = reserve: ok mais 12 au lieu de 20
ok sauf les tomates                         = reserve: ok sauf les tomates
ok ?                                        = reserve: ok ?
ok si je suis rentré                        = reserve: ok si je suis rentré
pas possible                                = reserve: pas possible
non                                         = reserve: non
ok|mais je livre plus tard                  = reserve: mais je livre plus tard
Bien reçu                                   = line: Bien reçu
ok 12                                       = several
ok pour 12 kg                               = several
ok tomates 12                               = several
comme la semaine dernière                   = as before
Bonjour|idem semaine dernière, merci        = as before
La même chose que la semaine dernière       = as before
ok comme la semaine passée                  = as before
comme la semaine dernière sauf les tomates  = reserve: comme la semaine dernière sauf les tomates
comme d'habitude                            = line: comme d'habitude
rien cette semaine                          = nothing
Nous n'avons rien cette semaine, merci      = nothing
rien de plus                                = reserve: rien de plus
TOM 40                                      = goods: tom,40000,,,
tomates 40 kg à 1,20                        = goods: tomates,40000,Kilo,12000,
Tomates rondes : 40kg à 1,20 €/kg           = goods: tomates rondes,40000,Kilo,12000,
- 40 kg de tomates à 1.20€                  = goods: tomates,40000,Kilo,12000,
maïs doux 100 pièces                        = goods: maïs doux,100000,Piece,,
tomates 12,5 kg mardi                       = goods: tomates,12500,Kilo,,Tuesday
mardi 24 novembre|tomates 40|jeudi :|tomates 30 = goods: tomates,40000,,,Tuesday; tomates,30000,,,Thursday
tomates 40 kg, carottes 20 kg               = goods: tomates,40000,Kilo,,; carottes,20000,Kilo,,
Bonjour Anaïs, tomates 40                   = goods: tomates,40000,,,
je peux apporter 40 kg de tomates           = goods: tomates,40000,Kilo,,
radis 60 bottes à 0,80 la botte jeudi       = goods: radis,60000,Bunch,8000,Thursday
tomates 500 g                               = goods: tomates,500,Kilo,,
tomates 30-40 kg                            = line: tomates 30-40 kg
tomates 30 ou 40                            = reserve: tomates 30 ou 40
tomates 1,234 kg                            = line: tomates 1,234 kg
tomates 40 à 50 kg                          = line: tomates 40 à 50 kg
tomates 40 mardi et jeudi                   = line: tomates 40 mardi et jeudi
40                                          = line: 40
environ 40 kg de tomates                    = reserve: environ 40 kg de tomates
tomates 40|ok                               = several
Merci !                                     = empty
                                            = empty
";

fn said(text: &str) -> String {
    let letter = format!("From: a@b.fr\r\nTo: c@d.fr\r\n\r\n{}\r\n", text.replace('|', "\r\n"));
    let own = reply::read(letter.as_bytes(), "").expect("a letter").own;
    match understood(&own) {
        Said::Yes => "yes".into(),
        Said::AsBefore => "as before".into(),
        Said::Nothing => "nothing".into(),
        Said::Unclear(Unclear::Empty) => "empty".into(),
        Said::Unclear(Unclear::Scattered) => "scattered".into(),
        Said::Unclear(Unclear::Several) => "several".into(),
        Said::Unclear(Unclear::Reserve(line)) => format!("reserve: {line}"),
        Said::Unclear(Unclear::Line(line)) => format!("line: {line}"),
        Said::Goods(lines) => {
            let lines = lines.iter().map(|one| {
                let unit = one.unit.map_or(String::new(), |unit| {
                    format!("{unit:?}").trim_start_matches("In(").trim_end_matches(')').into()
                });
                let price = one.price.map_or(String::new(), |price| price.get().to_string());
                let day = one.weekday.map_or(String::new(), |day| format!("{day:?}"));
                format!("{},{},{unit},{price},{day}", one.words, one.quantity.get())
            });
            format!("goods: {}", lines.collect::<Vec<_>>().join("; "))
        }
    }
}

#[test]
fn what_is_whole_understood_is_read_and_the_rest_is_left() {
    let mut told = Vec::new();
    for row in SAID.lines() {
        let (text, expected) = row.rsplit_once('=').expect("a row");
        let found = said(text.trim());
        if found != expected.trim() {
            told.push(format!(
                "{}\n  expected {}\n  found    {found}",
                text.trim(),
                expected.trim()
            ));
        }
    }
    assert!(told.is_empty(), "\n{}\n", told.join("\n"));
}

/// Headers of a letter, and whether a program wrote it.
const HEADERS: &str = "\
Subject: ok                                        |
Auto-Submitted: no                                 |
Auto-Submitted: auto-replied                       | Submitted
auto-submitted: auto-generated; type=x             | Submitted
X-Autoreply: yes                                   | Submitted
Precedence: bulk                                   | Precedence
Precedence: auto_reply                             | Precedence
Precedence: first-class                            |
Return-Path: <>                                    | NoReturn
Return-Path: < >                                   | NoReturn
Return-Path: <a@b.fr>                              |
List-Id: <liste.exemple.fr>                        | List
From: MAILER-DAEMON@b.fr                           | Report
Content-Type: multipart/report; boundary=x         | Report
";

#[test]
fn what_a_program_wrote_is_known() {
    for row in HEADERS.lines() {
        let (header, expected) = row.split_once('|').expect("a row");
        let from = if header.starts_with("From") { "" } else { "From: a@b.fr\r\n" };
        let letter = format!("{from}{}\r\n\r\nok\r\n", header.trim());
        let found = reply::read(letter.as_bytes(), "").expect("a letter").automatic;
        let found = found.map_or(String::new(), |why: Automatic| format!("{why:?}"));
        assert_eq!(found, expected.trim(), "{header}");
    }
}

#[test]
fn html_other_encodings_and_attachments_are_read() {
    let html = "From: a@b.fr\r\nContent-Type: text/html; charset=iso-8859-1\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\n\
        <p>comme la semaine derni=E8re</p><p>Le 23 nov. 2026, Hub a =E9crit :</p>\
        <blockquote>ok mais 12</blockquote>\r\n";
    let own = reply::read(html.as_bytes(), "").expect("a letter").own;
    assert_eq!(understood(&own), Said::AsBefore, "{own:?}");
    let mixed = "From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nok\r\n\
        --x\r\nContent-Type: image/jpeg\r\nContent-Disposition: attachment; filename=a.jpg\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--x--\r\n";
    let reply = reply::read(mixed.as_bytes(), "").expect("a letter");
    assert_eq!((understood(&reply.own), reply.attachments), (Said::Yes, 1));
}

#[test]
fn every_address_counts_and_long_letters_are_cut() {
    let letter = "Delivered-To: <x+1@d.fr>\r\nFrom: A <A@B.fr>\r\n\
        To: \"R, S\" <r+2@d.fr>, s@d.fr\r\nCc: t+3@d.fr\r\nMessage-ID: <1.2@b.fr>\r\n\
        Subject: =?utf-8?q?=C3=A9t=C3=A9?=\r\n\r\nok\r\n";
    let reply = reply::read(letter.as_bytes(), "E+4@d.fr").expect("a letter");
    assert_eq!(reply.addressed, ["e+4@d.fr", "r+2@d.fr", "s@d.fr", "t+3@d.fr", "x+1@d.fr"]);
    assert_eq!((reply.message_id.as_str(), reply.sender.as_str()), ("1.2@b.fr", "a@b.fr"));
    assert_eq!((reply.subject.as_str(), reply.is_cut), ("été", false));
    let mut long = b"From: a@b.fr\r\nTo: c+1@d.fr\r\n\r\nok\r\n".to_vec();
    long.resize(reply::BYTES_MAX + 1, b'x');
    let reply = reply::read(&long, "").expect("a letter");
    assert!(reply.is_cut && reply.own.text.len() <= 64 << 10);
    assert_eq!(reply.addressed, ["c+1@d.fr"]);
}

/// Bytes of any kind are read or refused, never worse.
#[test]
fn hostile_bytes_do_no_harm() {
    let letter = b"From: a@b.fr\r\nTo: c@d.fr\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
        --x\r\nContent-Type: message/rfc822\r\n\r\nFrom: q\r\n\r\n--x\r\n\r\n40 kg\r\n--x--";
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut read = 0;
    for _ in 0..3_000 {
        let mut bytes = letter.to_vec();
        for _ in 0..6 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let at = random as usize % bytes.len().max(1);
            match random >> 60 {
                0..4 if bytes.len() > 1 => drop(bytes.remove(at)),
                4..8 => bytes.truncate(at.max(1)),
                _ => {
                    bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = (random >> 32) as u8)
                }
            }
        }
        if let Some(reply) = reply::read(&bytes, "") {
            read += 1;
            understood(&reply.own);
        }
    }
    assert!(read > 1_000, "{read}");
    assert_eq!(reply::read(b"", ""), None);
    let nested = "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n".repeat(5_000);
    assert!(reply::read(nested.as_bytes(), "").is_some());
}
