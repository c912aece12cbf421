//! The keys of drafts: the first one of the file seals, each of them opens.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};

const KEY: usize = 32;
const NONCE: usize = 24;
/// Keys in a file: far more than are in use while one takes another's place.
const MOST: usize = 16;

/// Nothing prints them.
pub struct Keys {
    first: One,
    older: Vec<One>,
}

struct One {
    id: String,
    cipher: XChaCha20Poly1305,
}

/// What stands in the database of a draft's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Which key opens it.
    pub key: String,
    pub text: String,
}

impl Keys {
    /// Reads a key file: 32 random bytes a line, as base64. `Err` is one sentence, and quotes nothing.
    pub fn read(text: &str) -> Result<Self, String> {
        let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let mut keys = lines
            .map(|(at, line)| One::read(line).ok_or(at))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|at| format!("line {at} is no key: 32 random bytes as base64, as `openssl rand -base64 32` prints them"))?;
        if keys.len() > MOST {
            return Err(format!("there are {} keys, and at most {MOST} are read", keys.len()));
        }
        if keys.is_empty() {
            return Err("there is no key in it: `openssl rand -base64 32` makes one".into());
        }
        Ok(Self { first: keys.remove(0), older: keys })
    }

    /// Seals a text for one place: moved to another one it does not open. `None`: this machine gives no random numbers.
    pub fn seal(&self, text: &str, place: &[u8]) -> Option<Sealed> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).ok()?;
        let sealed = self.first.cipher.encrypt(&XNonce::from(nonce), Payload { msg: text.as_bytes(), aad: place }).ok()?;
        Some(Sealed { key: self.first.id.clone(), text: STANDARD.encode([&nonce[..], &sealed].concat()) })
    }

    /// `None`: its key is not there any more, or it is not what was sealed for this place.
    pub fn open(&self, sealed: &Sealed, place: &[u8]) -> Option<String> {
        let one = std::iter::once(&self.first).chain(&self.older).find(|one| one.id == sealed.key)?;
        let bytes = STANDARD.decode(&sealed.text).ok()?;
        let (nonce, rest) = bytes.split_first_chunk::<NONCE>()?;
        let text = one.cipher.decrypt(&XNonce::from(*nonce), Payload { msg: rest, aad: place }).ok()?;
        String::from_utf8(text).ok()
    }
}

impl One {
    fn read(line: &str) -> Option<Self> {
        let key: [u8; KEY] = STANDARD.decode(line).ok()?.try_into().ok()?;
        // One-way: the name stands in the database.
        let id = Sha256::new().chain_update(b"sluice draft key\n").chain_update(key).finalize();
        let id = id.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Some(Self { id, cipher: XChaCha20Poly1305::new(&key.into()) })
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Keys(…)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn line(byte: u8) -> String {
        STANDARD.encode([byte; KEY])
    }

    #[test]
    fn the_first_key_seals_and_each_one_opens() {
        let old = Keys::read(&line(1)).unwrap();
        let sealed = old.seal("64.25", b"here").unwrap();
        let both = Keys::read(&format!("# newest first\n{}\n\n{}\n", line(2), line(1))).unwrap();
        assert_eq!(both.open(&sealed, b"here").unwrap(), "64.25");
        let anew = both.seal("64.25", b"here").unwrap();
        assert_ne!(anew.key, sealed.key);
        assert!(old.open(&anew, b"here").is_none() && Keys::read(&line(2)).unwrap().open(&anew, b"here").is_some());
        assert!(Keys::read(&line(2)).unwrap().open(&sealed, b"here").is_none(), "its key is gone");
    }

    #[test]
    fn what_was_changed_or_moved_does_not_open() {
        let keys = Keys::read(&line(1)).unwrap();
        let sealed = keys.seal("64.25", b"here").unwrap();
        assert!(keys.open(&sealed, b"there").is_none());
        let mut bytes = STANDARD.decode(&sealed.text).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        for text in [STANDARD.encode(bytes), String::new(), "AAAA".into(), "%".into()] {
            assert!(keys.open(&Sealed { text, ..sealed.clone() }, b"here").is_none());
        }
        assert_ne!(keys.seal("64.25", b"here").unwrap().text, sealed.text, "the same text is sealed in another way each time");
    }

    #[test]
    fn a_file_without_whole_keys_is_refused_and_not_quoted() {
        let secret = &line(7)[..40];
        for (text, said) in [("", "no key in it"), ("# only\n", "no key in it"), (secret, "line 1 is no key"), ("hush", "line 1")] {
            let refused = Keys::read(text).unwrap_err();
            assert!(refused.contains(said) && !refused.contains("hush") && !refused.contains(secret), "{refused}");
        }
        assert!(Keys::read(&format!("{}\nx", line(1))).unwrap_err().contains("line 2"));
        assert!(Keys::read(&vec![line(1); MOST + 1].join("\n")).is_err());
        assert_eq!(format!("{:?}", Keys::read(&line(1)).unwrap()), "Keys(…)");
    }
}
