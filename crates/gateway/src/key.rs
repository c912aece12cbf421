//! A vendor's key, and the header that it is sent in.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use axum::http::{HeaderName, HeaderValue, header};
use runs::adapters::route::KeyHeader;

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

    /// The file is read again whenever it was written: tokens run out and are replaced.
    pub fn kept_in(self, file: PathBuf) -> Self {
        Self { file: Some(file), ..self }
    }

    fn header(&self, style: KeyHeader) -> Option<(HeaderName, HeaderValue)> {
        let (name, mut value) = match style {
            KeyHeader::Bearer => (header::AUTHORIZATION, HeaderValue::try_from([b"Bearer ", self.value.as_bytes()].concat()).ok()?),
            KeyHeader::Named(name) => (HeaderName::from_static(name), self.value.clone()),
        };
        value.set_sensitive(true);
        Some((name, value))
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

#[derive(Debug)]
struct Now {
    written: Option<SystemTime>,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Sent {
    pub fn new(key: &Key, style: KeyHeader) -> Self {
        Self { style, file: key.file.clone(), now: Mutex::new(Now { written: None, header: key.header(style) }) }
    }

    pub fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &self.file {
            let written = std::fs::metadata(file).and_then(|found| found.modified()).ok();
            if written.is_some() && written != now.written {
                let text = std::fs::read_to_string(file).ok();
                // A file that is just being replaced, or holds no key, leaves the last one in force.
                if let Some(header) = text.and_then(|text| Key::new(text.trim())?.header(self.style)) {
                    *now = Now { written, header: Some(header) };
                }
            }
        }
        now.header.clone()
    }
}
