use crate::strings::t;
use leptos::prelude::*;
use runs::adapters::{InputField, InputKind, InputValue};

/// The largest file that is read, where the vendor names no limit: the gateway takes 64 MB, and base64 adds a third.
pub const LARGEST: u64 = 40_000_000;

/// One input of the form with what was entered and what is wrong with it.
#[derive(Clone, Copy)]
pub struct Entry {
    pub field: StoredValue<InputField>,
    pub text: RwSignal<String>,
    pub files: RwSignal<Vec<Chosen>>,
    pub problem: RwSignal<Option<String>>,
}

/// A file that was chosen and read.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    pub name: String,
    pub media_type: String,
    pub bytes: std::sync::Arc<Vec<u8>>,
}

impl Entry {
    pub fn new(field: InputField) -> Self {
        let text = match &field.kind {
            // An example that nobody asked for would be sent as data.
            InputKind::Json { example } if field.required && !example.is_null() => format!("{example:#}"),
            InputKind::Json { .. } | InputKind::File { .. } | InputKind::Text => String::new(),
        };
        Self { field: StoredValue::new(field), text: RwSignal::new(text), files: RwSignal::new(Vec::new()), problem: RwSignal::new(None) }
    }

    pub fn key(self) -> String {
        self.field.with_value(|field| field.key.clone())
    }

    pub fn id(self) -> String {
        format!("input-{}", self.key())
    }

    pub fn is_file(self) -> bool {
        self.field.with_value(|field| matches!(field.kind, InputKind::File { .. }))
    }

    pub fn largest(self) -> u64 {
        self.field.with_value(|field| match field.kind {
            InputKind::File { max_bytes: Some(most), .. } => most.min(LARGEST),
            _ => LARGEST,
        })
    }

    /// The values to send, or what is wrong with them.
    pub fn values(self) -> Result<Vec<InputValue>, String> {
        let words = t().start;
        let field = self.field.get_value();
        let text = self.text.get_untracked();
        match field.kind {
            InputKind::File { .. } => {
                let files = self.files.get_untracked();
                if files.is_empty() && field.required {
                    return Err(words.missing_file.into());
                }
                Ok(files
                    .into_iter()
                    .map(|file| InputValue::File { name: file.name, media_type: file.media_type, bytes: file.bytes.to_vec() })
                    .collect())
            }
            _ if text.trim().is_empty() => {
                if field.required {
                    Err(words.missing_value.into())
                } else {
                    Ok(Vec::new())
                }
            }
            InputKind::Json { .. } => runs::value::json::parse(text.as_bytes())
                .map(|value| vec![InputValue::Json(value)])
                .map_err(|problem| (words.not_json)(&problem.problem)),
            InputKind::Text => Ok(vec![InputValue::Text(text)]),
        }
    }
}
