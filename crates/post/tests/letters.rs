//! Letters on the wire, and what becomes of them with a server that does as told.

use post::testing::{Answer, Received, Sink, Step};
use post::{Attachment, Fault, Letter, Mailbox};

fn letter() -> Letter {
    Letter {
        message_id: "hub.2026-W48.mercuriale.0340005W.v1@example.org".into(),
        written_at: 1_795_000_000,
        from: Mailbox::new("Producteurs d'Occitanie", "plateforme@example.org"),
        reply_to: Some(Mailbox::new("", "contact@example.org")),
        to: Mailbox::new("Collège Fontcarrade, « cuisine »", "gestion@college.example"),
        subject: "Mercuriale de la semaine 48 : dès à présent".into(),
        plain: "Bonjour,\n\nÉpinards à 2,35 €.\n.\nFin.\n".into(),
        html: "<p>Épinards à 2,35&nbsp;€.</p>".into(),
        attachments: Vec::new(),
    }
}

#[test]
fn the_same_letter_makes_the_same_bytes() {
    let mut letter = letter();
    letter.attachments.push(Attachment {
        name: "bon.pdf".into(),
        kind: "application/pdf".into(),
        bytes: vec![0, 159, 255],
    });
    assert_eq!(letter.mime(), letter.mime());
}

#[test]
fn french_letters_cross_every_server() {
    let raw = String::from_utf8(letter().mime().expect("a letter")).expect("ASCII");
    assert!(raw.is_ascii() && raw.lines().all(|line| line.len() <= 100), "{raw}");
    for header in [
        "Message-ID: <hub.2026-W48.mercuriale.0340005W.v1@example.org>\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "Reply-To: contact@example.org\r\n",
        "Date: Wed, 18 Nov 2026 11:06:40 +0000\r\n",
        "Content-Transfer-Encoding: quoted-printable\r\n",
    ] {
        assert!(raw.contains(header), "{header}{raw}");
    }
    let text = Received { to: String::new(), raw }.text();
    assert!(text.contains("Épinards à 2,35 €."), "{text}");
    assert!(text.contains("<p>Épinards à 2,35&nbsp;€.</p>"), "{text}");
}

/// A name, a subject or an address that comes from a form cannot add a header or a recipient.
#[test]
fn nobody_adds_a_header() {
    let evil = "x\r\nBcc: other@evil.example\r\n\r\nHello";
    let mut letter = letter();
    letter.subject = evil.into();
    letter.to.name = evil.into();
    letter.from.name = evil.into();
    let raw = String::from_utf8(letter.mime().expect("a letter")).expect("ASCII");
    assert!(!raw.lines().any(|line| line.starts_with("Bcc") || line == "Hello"), "{raw}");
    for bad in [evil, "a@b.example\r\nBcc: c@evil.example", "a@b.example>, <c@evil.example", ""] {
        let mut letter = self::letter();
        letter.to.address = bad.into();
        assert!(matches!(letter.mime(), Err(Fault::Refused(_))), "{bad:?}");
        let mut letter = self::letter();
        letter.message_id = bad.into();
        assert!(matches!(letter.mime(), Err(Fault::Refused(_))), "{bad:?}");
    }
}

#[tokio::test]
async fn a_letter_arrives_whole() {
    let sink = Sink::new().await;
    assert_eq!(sink.carrier().send(&letter()).await, Ok(()));
    let taken = sink.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].to, "gestion@college.example");
    assert_eq!(taken[0].raw.trim_end(), {
        let raw = String::from_utf8(letter().mime().expect("a letter")).expect("ASCII");
        raw.trim_end().to_string()
    });
}

/// What the server says at a step, and what the letter's fate is then.
#[tokio::test]
async fn refusals_are_sorted() {
    let no = |at: fn(&Step) -> bool, words: &'static str| {
        move |step: &Step| if at(step) { Answer::Say(words) } else { Answer::Yes }
    };
    let (greeting, mail, rcpt, data, letter_in): (fn(&Step) -> bool, _, _, _, _) = (
        |step| matches!(step, Step::Greeting),
        (|step| matches!(step, Step::Mail(_))) as fn(&Step) -> bool,
        (|step| matches!(step, Step::Rcpt(_))) as fn(&Step) -> bool,
        (|step| matches!(step, Step::Data)) as fn(&Step) -> bool,
        (|step| matches!(step, Step::Letter(_))) as fn(&Step) -> bool,
    );
    for (at, words, refused) in [
        (rcpt, "550 5.1.1 no such user", true),
        (rcpt, "550 no such user", true),
        (letter_in, "554 5.6.0 bad letter", true),
        (rcpt, "451 4.7.1 greylisted", false),
        (mail, "530 5.7.0 authenticate first", false),
        (rcpt, "550 5.7.1 relaying denied", false),
        (data, "452 4.3.1 disk full", false),
        (greeting, "421 too busy", false),
    ] {
        let sink = Sink::scripted(no(at, words)).await;
        let fault = sink.carrier().send(&letter()).await.expect_err(words);
        assert_eq!(matches!(fault, Fault::Refused(_)), refused, "{words}: {fault:?}");
        assert!(fault.to_string().contains(&words[4..]), "{words}: {fault}");
        assert!(sink.taken().is_empty(), "{words}");
    }
}

#[tokio::test]
async fn a_lost_connection_is_tried_again() {
    for at in 0..5 {
        let mut left = at;
        let sink = Sink::scripted(move |_| {
            left -= 1;
            if left < 0 { Answer::Drop } else { Answer::Yes }
        });
        let sink = sink.await;
        let fault = sink.carrier().send(&letter()).await.expect_err("dropped");
        assert!(matches!(fault, Fault::Later(_)), "{at}: {fault:?}");
        assert!(sink.taken().is_empty(), "{at}");
    }
    let sink = Sink::scripted(|step| match step {
        Step::Letter(_) => Answer::LoseYes,
        _ => Answer::Yes,
    });
    let sink = sink.await;
    assert!(matches!(sink.carrier().send(&letter()).await, Err(Fault::Later(_))));
    assert_eq!(sink.taken().len(), 1, "the server has it, and we cannot know");
    let nobody = post::Carrier::smtp("smtp://127.0.0.1:9").expect("an address");
    assert!(matches!(nobody.send(&letter()).await, Err(Fault::Later(_))));
}
