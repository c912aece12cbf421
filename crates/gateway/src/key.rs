//! A vendor's key, and the header that it is sent in.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use axum::http::{HeaderName, HeaderValue, header};
use base64::Engine as _;
use runs::adapters::route::KeyHeader;

use crate::redact::Redactor;

const LONGEST: usize = 8_192;

/// Nothing prints it.
#[derive(Clone)]
pub struct Key {
    value: HeaderValue,
    file: Option<PathBuf>,
}

impl Key {
    /// `None` if the text cannot be sent in a header.
    pub fn new(text: &str) -> Option<Self> {
        let value = HeaderValue::from_str(text).ok().filter(|value| !value.is_empty() && value.len() <= LONGEST)?;
        Some(Self { value, file: None })
    }

    /// `user:password`, neither of them empty.
    pub fn is_pair(&self) -> bool {
        let pair = self.value.to_str().ok().and_then(|text| text.split_once(':'));
        pair.is_some_and(|(user, password)| !user.is_empty() && !password.is_empty())
    }

    /// The file is read again whenever it was written: tokens run out and are replaced.
    pub fn kept_in(self, file: PathBuf) -> Self {
        Self { file: Some(file), ..self }
    }

    /// The file, if others on this machine can read it.
    pub fn open_to_others(&self) -> Option<&Path> {
        self.file.as_deref().filter(|file| is_open_to_others(file))
    }

    fn header(&self, style: KeyHeader) -> Option<(HeaderName, HeaderValue)> {
        let (name, mut value) = match style {
            KeyHeader::Bearer => (header::AUTHORIZATION, HeaderValue::try_from([b"Bearer ", self.value.as_bytes()].concat()).ok()?),
            KeyHeader::Basic => {
                let pair = base64::engine::general_purpose::STANDARD.encode(self.value.as_bytes());
                (header::AUTHORIZATION, HeaderValue::try_from(format!("Basic {pair}")).ok()?)
            }
            KeyHeader::Named(name) => (HeaderName::from_static(name), self.value.clone()),
            // It goes nowhere but to the login.
            KeyHeader::Login => return None,
        };
        value.set_sensitive(true);
        Some((name, value))
    }
}

/// Whether others on this machine can read a file that holds a key.
pub fn is_open_to_others(file: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(file).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        false
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Key(…)")
    }
}

/// The header of each request, as its file says it now.
#[derive(Debug)]
pub struct Sent {
    style: KeyHeader,
    file: Option<PathBuf>,
    now: Mutex<Now>,
}

#[derive(Clone, Debug)]
struct Now {
    written: Option<SystemTime>,
    value: HeaderValue,
    header: Option<(HeaderName, HeaderValue)>,
    redactor: Redactor,
}

impl Now {
    fn of(key: &Key, style: KeyHeader) -> Self {
        let mut redactor = Redactor::new(&key.value);
        if style == KeyHeader::Login
            && let Some(password) = key.value.to_str().ok().and_then(|text| text.split_once(':')?.1.parse().ok())
        {
            redactor.and(Redactor::new(&password));
        }
        let mut value = key.value.clone();
        value.set_sensitive(true);
        Self { written: None, value, header: key.header(style), redactor }
    }
}

impl Sent {
    pub fn new(key: &Key, style: KeyHeader) -> Self {
        Self { style, file: key.file.clone(), now: Mutex::new(Now::of(key, style)) }
    }

    pub fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        self.now().header
    }

    /// The key itself, for a login.
    pub fn value(&self) -> HeaderValue {
        self.now().value
    }

    /// Takes the key out of answers.
    pub fn redactor(&self) -> Redactor {
        self.now().redactor
    }

    fn now(&self) -> Now {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &self.file {
            let written = std::fs::metadata(file).and_then(|found| found.modified()).ok();
            if written.is_some() && written != now.written {
                let text = std::fs::read_to_string(file).ok();
                // A file that is just being replaced, or holds no key, leaves the last one in force.
                if let Some(key) = text.and_then(|text| Key::new(text.trim())) {
                    *now = Now { written, ..Now::of(&key, self.style) };
                }
            }
        }
        now.clone()
    }
}
