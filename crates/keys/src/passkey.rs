//! Passkeys: what a telephone, a computer or a small key holds and signs with (WebAuthn, level 3).
//!
//! Both ceremonies have two halves. The first gives a question for the browser and a state, which
//! the caller keeps **on the server** and takes away as it reads it: an answer opens once. The
//! second takes the state and what the browser answered. The holder must have proved to the
//! device who he is (finger, face or PIN), as there is no second factor. No maker's attestation
//! is asked for: any device will do.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::Error;

/// How long a question may be answered. WebAuthn, level 3, recommends five minutes: who has to
/// look for a key, or types slowly, needs them.
pub const SECONDS: i64 = 300;

/// The place at which keys are shown: one for each address of an installation.
#[derive(Clone, Debug)]
pub struct Door(Webauthn);

/// The first half of a ceremony.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// JSON for the browser: `{"publicKey": …}`, with bytes as base64url, which
    /// `PublicKeyCredential.parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` read.
    pub challenge: String,
    /// What the server keeps until the answer comes.
    pub state: String,
}

/// A key that somebody has added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Whose it is: the person for whom the registration was begun.
    pub person: String,
    /// What names the key, in base64url. It must be unique among all people of the installation.
    pub id: String,
    /// What is stored of it: a public key, its counter and whose it is. Nothing secret.
    pub credential: String,
}

/// Somebody who has proved who he is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub person: String,
    /// The key with which it was done.
    pub id: String,
    /// The credential as it must be stored from now on, when its counter has moved on.
    pub renewed: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    person: String,
    /// How the browser may reach the device: it asks for the right one at once.
    transports: Vec<String>,
    passkey: Passkey,
}

#[derive(Serialize, Deserialize)]
struct Asked<State> {
    until: i64,
    /// Of whom an answer is awaited, and with which keys; `None`: of anybody, with any.
    awaited: Option<Awaited>,
    state: State,
}

#[derive(Serialize, Deserialize)]
struct Awaited {
    person: String,
    keys: Vec<String>,
}

impl Door {
    /// `domain` is what keys are bound to for ever (the `rp_id`: the host, or a domain above it);
    /// `origin` the address in the browser, with `https` or `http://localhost`; `name` is shown
    /// by some devices.
    pub fn new(domain: &str, origin: &str, name: &str) -> Result<Door, Error> {
        let setup = |why: &str| Error::Setup(format!("passkeys at {origin} for {domain}: {why}"));
        let url = Url::parse(origin).map_err(|error| setup(&error.to_string()))?;
        let is_local = url.host_str() == Some("localhost");
        if url.scheme() != "https" && !(is_local && url.scheme() == "http") {
            return Err(setup("browsers have passkeys for https and for http://localhost only"));
        }
        let builder = WebauthnBuilder::new(domain, &url);
        let built = builder.and_then(|builder| builder.rp_name(name).build());
        built.map(Door).map_err(|error| setup(&error.to_string()))
    }

    /// Asks a device for a new key of a person. `person` is what the caller calls the person for
    /// ever, `name` what the device shows (the mail), `known` the credentials that the person has
    /// already: their devices say so instead of making a second one.
    pub fn begin_registration(
        &self,
        person: &str,
        name: &str,
        known: &[&str],
        now: i64,
    ) -> Result<Question, Error> {
        let known: Vec<Stored> = known.iter().map(|text| stored(text)).collect::<Result<_, _>>()?;
        let known = known.iter().map(|stored| stored.passkey.cred_id().clone()).collect();
        let started = self.0.start_passkey_registration(handle(person), name, name, Some(known));
        let (challenge, state) = started.map_err(refused)?;
        let mut challenge = value(&challenge)?;
        // The library discourages keys that name their owner; signing in without typing a mail
        // needs them. Devices without room for them may still register.
        challenge["publicKey"]["authenticatorSelection"]["residentKey"] = json!("preferred");
        let awaited = Some(Awaited { person: person.to_owned(), keys: Vec::new() });
        let asked = Asked { until: now + SECONDS, awaited, state };
        Ok(Question { challenge: challenge.to_string(), state: text(&asked)? })
    }

    /// Takes the browser's answer, `JSON.stringify` of what `navigator.credentials.create` gave.
    pub fn finish_registration(
        &self,
        state: &str,
        answer: &str,
        now: i64,
    ) -> Result<Registered, Error> {
        let asked: Asked<PasskeyRegistration> = in_time(state, now)?;
        let awaited = asked.awaited.ok_or_else(|| broken("a registration of nobody"))?;
        let answer: RegisterPublicKeyCredential = read(answer)?;
        let done = self.0.finish_passkey_registration(&answer, &asked.state);
        let passkey = done.map_err(refused)?;
        let transports = transports(&answer)?;
        let id = BASE64.encode(passkey.cred_id());
        let stored = Stored { person: awaited.person, transports, passkey };
        let credential = text(&stored)?;
        Ok(Registered { person: stored.person, id, credential })
    }

    /// Asks somebody whose name is known to sign in with one of his stored credentials.
    pub fn begin_sign_in(&self, credentials: &[&str], now: i64) -> Result<Question, Error> {
        let keys = credentials.iter().map(|text| stored(text));
        let keys: Vec<Stored> = keys.collect::<Result<_, _>>()?;
        let Some(first) = keys.first() else {
            return Err(Error::Refused("a person without any passkey".into()));
        };
        let person = first.person.clone();
        if keys.iter().any(|key| key.person != person) {
            return Err(broken("passkeys of several people in one question"));
        }
        let shown: Vec<Value> = keys.iter().map(descriptor).collect();
        let keys = keys.iter().map(|key| BASE64.encode(key.passkey.cred_id())).collect();
        self.ask(json!(shown), Some(Awaited { person, keys }), now)
    }

    /// Asks anybody to sign in with a key that names its owner: no mail has to be typed, and the
    /// browser may offer the key in the field (`mediation: "conditional"`, which the page adds).
    pub fn begin_open_sign_in(&self, now: i64) -> Result<Question, Error> {
        self.ask(json!([]), None, now)
    }

    fn ask(&self, shown: Value, awaited: Option<Awaited>, now: i64) -> Result<Question, Error> {
        let started = self.0.start_discoverable_authentication();
        let (challenge, state) = started.map_err(refused)?;
        let mut public_key = value(&challenge.public_key)?;
        public_key["allowCredentials"] = shown;
        let challenge = json!({ "publicKey": public_key }).to_string();
        let asked = Asked { until: now + SECONDS, awaited, state };
        Ok(Question { challenge, state: text(&asked)? })
    }

    /// Takes the answer to either question. `credential` is what is stored now under
    /// [`credential_of`] the answer; its counter is the one that must have moved on.
    pub fn finish_sign_in(
        &self,
        state: &str,
        answer: &str,
        credential: &str,
        now: i64,
    ) -> Result<SignedIn, Error> {
        let asked: Asked<DiscoverableAuthentication> = in_time(state, now)?;
        let answer: PublicKeyCredential = read(answer)?;
        let mut stored = stored(credential)?;
        let id = BASE64.encode(stored.passkey.cred_id());
        belongs(&asked.awaited, &answer, &stored, &id)?;
        same_site(&answer)?;
        let done =
            self.0.finish_discoverable_authentication_v2(&answer, asked.state, &stored.passkey);
        let done = done.map_err(refused)?;
        let moved = stored.passkey.update_credential(&done).unwrap_or(false);
        let renewed = if moved { Some(text(&stored)?) } else { None };
        Ok(SignedIn { person: stored.person, id, renewed })
    }
}

/// The id of the key with which an answer to a sign-in was made: nothing is proved by it yet.
pub fn credential_of(answer: &str) -> Result<String, Error> {
    let answer: PublicKeyCredential = read(answer)?;
    Ok(BASE64.encode(answer.get_credential_id()))
}

/// WebAuthn, level 3, section 7.2, step 6: the key is one of those that were asked for, and the
/// device names the person whose it is. It may name nobody only where the name is known already.
fn belongs(
    awaited: &Option<Awaited>,
    answer: &PublicKeyCredential,
    stored: &Stored,
    id: &str,
) -> Result<(), Error> {
    let named = answer.get_user_unique_id();
    let owner = handle(&stored.person);
    let known = match awaited {
        Some(awaited) => awaited.person == stored.person && awaited.keys.iter().any(|k| k == id),
        None => named.is_some(),
    };
    match known && named.is_none_or(|named| named == owner.as_bytes()) {
        true => Ok(()),
        false => Err(Error::Refused("a passkey of somebody else".into())),
    }
}

/// No sign-in within a frame of another site. The library looks at it in registrations only.
fn same_site(answer: &PublicKeyCredential) -> Result<(), Error> {
    let client: Value = serde_json::from_slice(&answer.response.client_data_json)
        .map_err(|error| Error::Unreadable(error.to_string()))?;
    match client["crossOrigin"].as_bool() {
        Some(true) => Err(Error::Refused("answered in a cross-origin frame".into())),
        _ => Ok(()),
    }
}

/// What the device keeps as the owner's name: it must tell nothing about him (section 14.6.1) and
/// be the same for all his keys.
fn handle(person: &str) -> Uuid {
    let mut half = [0; 16];
    half.copy_from_slice(&Sha256::digest(person.as_bytes())[..16]);
    Uuid::from_bytes(half)
}

/// How the device can be reached, as far as its browser and the library know.
fn transports(answer: &RegisterPublicKeyCredential) -> Result<Vec<String>, Error> {
    let told = value(&answer.response.transports)?;
    let told: Option<Vec<String>> =
        serde_json::from_value(told).map_err(|e| broken(&e.to_string()))?;
    Ok(told.unwrap_or_default().into_iter().filter(|way| way != "unknown").collect())
}

fn descriptor(stored: &Stored) -> Value {
    let id = BASE64.encode(stored.passkey.cred_id());
    json!({ "type": "public-key", "id": id, "transports": stored.transports })
}

fn in_time<State: DeserializeOwned>(state: &str, now: i64) -> Result<Asked<State>, Error> {
    let asked: Asked<State> = serde_json::from_str(state).map_err(|e| broken(&e.to_string()))?;
    if now < asked.until { Ok(asked) } else { Err(Error::Expired) }
}

fn stored(credential: &str) -> Result<Stored, Error> {
    serde_json::from_str(credential).map_err(|error| broken(&error.to_string()))
}

fn read<Answer: DeserializeOwned>(answer: &str) -> Result<Answer, Error> {
    serde_json::from_str(answer).map_err(|error| Error::Unreadable(error.to_string()))
}

fn value<T: Serialize>(of: &T) -> Result<Value, Error> {
    serde_json::to_value(of).map_err(|error| broken(&error.to_string()))
}

fn text<T: Serialize>(of: &T) -> Result<String, Error> {
    serde_json::to_string(of).map_err(|error| broken(&error.to_string()))
}

fn broken(why: &str) -> Error {
    Error::Broken(why.to_owned())
}

fn refused(error: WebauthnError) -> Error {
    match error {
        WebauthnError::CredentialPossibleCompromise => Error::Copied(error.to_string()),
        _ => Error::Refused(error.to_string()),
    }
}
