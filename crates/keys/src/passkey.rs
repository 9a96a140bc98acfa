//! Passkeys (WebAuthn): a key that stays in somebody's telephone or computer and answers to the
//! site's own name only. The user is verified by the device, so a passkey is two factors at once.
//!
//! States are texts for the caller to keep, for a few minutes and for one answer.

use sha2::{Digest, Sha256};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Url, Uuid,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::Wrong;

/// The site as passkeys know it.
pub struct Site(Webauthn);

/// What the browser is asked, and what to keep until it answers.
pub struct Asked {
    /// JSON for `navigator.credentials`.
    pub challenge: String,
    pub state: String,
}

/// A key that was made.
pub struct Made {
    /// By which it is found again.
    pub id: String,
    /// What is stored: no secret.
    pub key: String,
}

impl Site {
    /// `address` as browsers see it: `https://carreau.exemple.fr`, `http://localhost:8080`.
    ///
    /// Errors: no name to which keys could be bound.
    pub fn new(address: &str) -> Result<Site, Wrong> {
        let origin = Url::parse(address).map_err(|_| Wrong::Broken)?;
        let name = origin.domain().ok_or(Wrong::Broken)?.to_string();
        let builder = WebauthnBuilder::new(&name, &origin).map_err(|_| Wrong::Broken)?;
        Ok(Site(builder.rp_name("Carreau").build().map_err(|_| Wrong::Broken)?))
    }

    /// Asks a browser to make a key for a person. `known`: keys that the person has already.
    pub fn begin_making(
        &self,
        person: &str,
        email: &str,
        name: &str,
        known: &[String],
    ) -> Result<Asked, Wrong> {
        let known: Result<Vec<Passkey>, _> =
            known.iter().map(|key| serde_json::from_str(key)).collect();
        let known = known.map_err(|_| Wrong::Broken)?;
        let known = known.iter().map(|key| key.cred_id().clone()).collect();
        let (challenge, state) = self
            .0
            .start_passkey_registration(handle(person), email, name, Some(known))
            .map_err(|_| Wrong::Broken)?;
        let mut challenge = serde_json::to_value(challenge).map_err(|_| Wrong::Broken)?;
        // A key that the device finds by itself: nobody has to type who they are.
        if let Some(wish) = challenge.pointer_mut("/publicKey/authenticatorSelection") {
            wish["residentKey"] = "required".into();
            wish["requireResidentKey"] = true.into();
        }
        let state = serde_json::to_string(&state).map_err(|_| Wrong::Broken)?;
        Ok(Asked { challenge: challenge.to_string(), state })
    }

    /// Takes the key that a browser made. Errors: it answers another question or another site.
    pub fn finish_making(&self, state: &str, answer: &str) -> Result<Made, Wrong> {
        let state: PasskeyRegistration = serde_json::from_str(state).map_err(|_| Wrong::Broken)?;
        let answer: RegisterPublicKeyCredential =
            serde_json::from_str(answer).map_err(|_| Wrong::Passkey)?;
        let key = self.0.finish_passkey_registration(&answer, &state);
        let key = key.map_err(|_| Wrong::Passkey)?;
        let text = serde_json::to_string(&key).map_err(|_| Wrong::Broken)?;
        Ok(Made { id: hex(key.cred_id()), key: text })
    }

    /// Asks for any key of this site, whosever it is.
    pub fn begin_entering(&self) -> Result<Asked, Wrong> {
        let (challenge, state) =
            self.0.start_discoverable_authentication().map_err(|_| Wrong::Broken)?;
        let mut challenge = serde_json::to_value(challenge).map_err(|_| Wrong::Broken)?;
        // Asked for by a button, not offered while somebody types.
        if let Some(all) = challenge.as_object_mut() {
            all.remove("mediation");
        }
        let state = serde_json::to_string(&state).map_err(|_| Wrong::Broken)?;
        Ok(Asked { challenge: challenge.to_string(), state })
    }

    /// Which key answers; ask for it by this id, then [`Site::finish_entering`].
    pub fn who_answers(&self, answer: &str) -> Result<String, Wrong> {
        let answer: PublicKeyCredential =
            serde_json::from_str(answer).map_err(|_| Wrong::Passkey)?;
        let (_, id) = self
            .0
            .identify_discoverable_authentication(&answer)
            .map_err(|_| Wrong::Passkey)?;
        Ok(hex(id))
    }

    /// Checks an answer against the stored key of a person; the key to store from now on.
    ///
    /// Errors: another question, another site, another key, another person's.
    pub fn finish_entering(
        &self,
        state: &str,
        answer: &str,
        person: &str,
        key: &str,
    ) -> Result<String, Wrong> {
        let state: DiscoverableAuthentication =
            serde_json::from_str(state).map_err(|_| Wrong::Broken)?;
        let answer: PublicKeyCredential =
            serde_json::from_str(answer).map_err(|_| Wrong::Passkey)?;
        let mut key: Passkey = serde_json::from_str(key).map_err(|_| Wrong::Broken)?;
        let (handle_sent, _) = self
            .0
            .identify_discoverable_authentication(&answer)
            .map_err(|_| Wrong::Passkey)?;
        if handle_sent != handle(person) {
            return Err(Wrong::Passkey);
        }
        let known = DiscoverableKey::from(&key);
        let result = self.0.finish_discoverable_authentication_v2(&answer, state, known);
        key.update_credential(&result.map_err(|_| Wrong::Passkey)?);
        serde_json::to_string(&key).map_err(|_| Wrong::Broken)
    }
}

/// A person as the device knows them: tells nothing about who it is.
fn handle(person: &str) -> Uuid {
    let digest = Sha256::digest(person.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Uuid::from_bytes(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
