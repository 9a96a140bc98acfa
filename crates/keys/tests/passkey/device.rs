//! A device in software: makes keys and signs as a telephone and its browser would do together.
//! Whatever it says can be made wrong before it speaks.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const PRESENT: u8 = 0x01;
pub const VERIFIED: u8 = 0x04;
/// May be copied to the owner's other devices, and is.
pub const SYNCED: u8 = 0x18;
const WITH_KEY: u8 = 0x40;

pub struct Device {
    secret: SigningKey,
    pub id: Vec<u8>,
    /// Whom the key names; learned when it is made.
    pub owner: Option<Vec<u8>>,
    pub domain: String,
    pub origin: String,
    pub flags: u8,
    pub cross_origin: bool,
    /// Devices that copy their keys keep none: 0 for ever.
    pub counter: u32,
    pub counts: bool,
}

impl Device {
    pub fn new(seed: u8) -> Device {
        Device {
            secret: SigningKey::from_slice(&[seed; 32]).expect("a scalar of the curve"),
            id: vec![seed; 20],
            owner: None,
            domain: "hub.example".into(),
            origin: "https://hub.example".into(),
            flags: PRESENT | VERIFIED,
            cross_origin: false,
            counter: 0,
            counts: true,
        }
    }

    /// Answers `navigator.credentials.create`.
    pub fn create(&mut self, challenge: &str) -> Value {
        let asked: Value = serde_json::from_str(challenge).expect("JSON");
        self.owner = Some(decoded(&asked["publicKey"]["user"]["id"]));
        let client = self.client("webauthn.create", &asked);
        let mut object = vec![0xa3];
        object.extend(b"\x63fmt\x64none\x67attStmt\xa0\x68authData");
        let data = self.data(true);
        object.extend([0x58, u8::try_from(data.len()).expect("a short key")]);
        object.extend(data);
        json!({
            "id": BASE64.encode(&self.id),
            "rawId": BASE64.encode(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": { "credProps": { "rk": true } },
            "response": {
                "attestationObject": BASE64.encode(object),
                "clientDataJSON": BASE64.encode(client),
                "transports": ["internal", "hybrid", "telepathy"],
            },
        })
    }

    /// Answers `navigator.credentials.get`.
    pub fn get(&mut self, challenge: &str) -> Value {
        let asked: Value = serde_json::from_str(challenge).expect("JSON");
        let client = self.client("webauthn.get", &asked);
        let data = self.data(false);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(&client));
        let signature: Signature = self.secret.sign(&signed);
        json!({
            "id": BASE64.encode(&self.id),
            "rawId": BASE64.encode(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "authenticatorData": BASE64.encode(data),
                "clientDataJSON": BASE64.encode(client),
                "signature": BASE64.encode(signature.to_der().as_bytes()),
                "userHandle": self.owner.as_ref().map(|owner| BASE64.encode(owner)),
            },
        })
    }

    /// What the browser says: for which question, on which page.
    fn client(&self, kind: &str, asked: &Value) -> Vec<u8> {
        let client = json!({
            "type": kind,
            "challenge": asked["publicKey"]["challenge"],
            "origin": self.origin,
            "crossOrigin": self.cross_origin,
        });
        client.to_string().into_bytes()
    }

    /// Authenticator data (WebAuthn, level 3, section 6.1), with the public key when it is new.
    fn data(&mut self, with_key: bool) -> Vec<u8> {
        self.counter += u32::from(self.counts);
        let mut data = Sha256::digest(self.domain.as_bytes()).to_vec();
        data.push(self.flags | if with_key { WITH_KEY } else { 0 });
        data.extend(self.counter.to_be_bytes());
        if with_key {
            data.extend([0; 16]);
            data.extend([0, u8::try_from(self.id.len()).expect("a short id")]);
            data.extend(&self.id);
            data.extend(self.public_key());
        }
        data
    }

    /// COSE_Key of a point of P-256 for ES256: RFC 9053, section 7.1.1.
    fn public_key(&self) -> Vec<u8> {
        let point = self.secret.verifying_key().to_sec1_point(false);
        let point = point.as_bytes();
        let mut key = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".to_vec();
        key.extend(&point[1..33]);
        key.extend(b"\x22\x58\x20");
        key.extend(&point[33..65]);
        key
    }
}

/// The bytes of a base64url text.
pub fn decoded(text: &Value) -> Vec<u8> {
    BASE64.decode(text.as_str().expect("a text")).expect("base64url")
}

/// The same answer with one bit of one of its parts turned over.
pub fn flipped(answer: &Value, part: &str, byte: usize) -> Value {
    let mut answer = answer.clone();
    let mut bytes = decoded(&answer["response"][part]);
    bytes[byte] ^= 1;
    answer["response"][part] = BASE64.encode(bytes).into();
    answer
}
