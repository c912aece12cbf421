//! Tokens: what a person pastes once into the sign-in page, and a script sends with each request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Tells a token from other secrets, for people and for scanners of repositories.
const PREFIX: &str = "sluice_";
const SECRET: usize = 32;
/// Its letters in base64 without padding.
const ENCODED: usize = (SECRET * 8).div_ceil(6);
const SALT: usize = 16;
const SCHEME: &str = "sha256";

/// Random bytes of the system's; `Err` is one sentence.
pub fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| format!("The system gives no random numbers: {error}."))?;
    Ok(bytes)
}

/// A word of 256 random bits.
pub fn secret() -> Result<String, String> {
    random::<SECRET>().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

/// Whether two texts are the same, in a time that says nothing of where they differ.
pub fn same(left: &str, right: &str) -> bool {
    // Digests differ everywhere if the texts differ anywhere.
    Sha256::digest(left) == Sha256::digest(right)
}

/// What a configuration keeps of a token. A fast digest is enough, because a token is 256 random bits and no password: nobody guesses
/// one, however quickly guesses can be tried; the salt keeps equal tokens from looking equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash {
    salt: [u8; SALT],
    digest: [u8; 32],
}

impl Hash {
    fn of(token: &str, salt: [u8; SALT]) -> Self {
        Self { salt, digest: Sha256::new().chain_update(salt).chain_update(token).finalize().into() }
    }

    /// As it stands in a configuration: `sha256:SALT:DIGEST`.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (Some(SCHEME), Some(salt), Some(digest), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else { return None };
        let salt = URL_SAFE_NO_PAD.decode(salt).ok()?.try_into().ok()?;
        let digest = URL_SAFE_NO_PAD.decode(digest).ok()?.try_into().ok()?;
        Some(Self { salt, digest })
    }

    pub fn text(&self) -> String {
        format!("{SCHEME}:{}:{}", URL_SAFE_NO_PAD.encode(self.salt), URL_SAFE_NO_PAD.encode(self.digest))
    }

    /// Only what [`new`] made passes: a hash of a word that somebody thought of would be weak, and nobody can see that it is.
    pub fn fits(&self, token: &str) -> bool {
        well_formed(token) && Self::of(token, self.salt) == *self
    }
}

/// A new token, and what to keep of it.
pub fn new() -> Result<(String, Hash), String> {
    let token = format!("{PREFIX}{}", secret()?);
    let hash = Hash::of(&token, random()?);
    Ok((token, hash))
}

/// The token in what somebody pasted: terminals and mail bring along line breaks, quotes, invisible signs and the words around it.
pub fn pasted(text: &str) -> String {
    let letters: String = text.chars().filter(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_')).collect();
    letters.find(PREFIX).map_or(letters.as_str(), |at| &letters[at..]).chars().take(PREFIX.len() + ENCODED).collect()
}

fn well_formed(token: &str) -> bool {
    token.strip_prefix(PREFIX).is_some_and(|secret| URL_SAFE_NO_PAD.decode(secret).is_ok_and(|bytes| bytes.len() == SECRET))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_token_is_found_in_what_was_pasted() {
        let (token, _) = new().unwrap();
        let (front, back) = token.split_at(20);
        for text in [
            format!(" {token}\r\n"),
            format!("\u{feff}{token}\u{200b}"),
            format!("\"{token}\""),
            format!("Authorization: Bearer {token}"),
            format!("{front}\n    {back}"),
            format!("{token} (Ada's, from Monday on)"),
        ] {
            assert_eq!(pasted(&text), token, "{text:?}");
        }
        assert_eq!((pasted(" \u{200b}"), pasted("wrong"), pasted("sluice_é")), (String::new(), "wrong".into(), "sluice_".into()));
    }

    #[test]
    fn a_token_fits_its_own_hash_only() {
        let ((one, hash), (other, _)) = (new().unwrap(), new().unwrap());
        assert!(hash.fits(&one) && !hash.fits(&other) && !hash.fits("") && !hash.fits(&one[..one.len() - 1]));
        assert_eq!(Hash::read(&hash.text()), Some(hash.clone()));
        assert!(!hash.text().contains(&one[PREFIX.len()..]));
        for bad in ["", "sha256", "sha256:x:y", "md5:AAAAAAAAAAAAAAAAAAAAAA:AA", &format!("{}:x", hash.text())] {
            assert_eq!(Hash::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_hash_of_a_word_lets_nobody_in() {
        assert!(!Hash::of("letmein", [0; SALT]).fits("letmein"));
        assert!(!Hash::of("sluice_letmein", [0; SALT]).fits("sluice_letmein"));
    }
}
