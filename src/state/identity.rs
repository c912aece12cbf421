use crate::platform::{page, storage};
use leptos::prelude::*;

const KEY: &str = "name";
/// Characters of a name.
pub const LONGEST_NAME: usize = 80;

/// Who decides: whoever is signed in, else a name typed once, kept in this browser, self-declared.
#[derive(Clone, Copy)]
pub struct Identity {
    pub signed_in: bool,
    pub name: RwSignal<Option<String>>,
    /// Whether the dialog that asks for it is open.
    pub asking: RwSignal<bool>,
}

impl Identity {
    pub(super) fn new(signed_in: Option<String>) -> Self {
        let known = signed_in.is_some();
        let name = signed_in.or_else(|| storage::get(KEY).filter(|name| !name.is_empty()));
        Self { signed_in: known, name: RwSignal::new(name), asking: RwSignal::new(false) }
    }

    /// Keeps a name; an empty one forgets it. `false` if it is too long.
    pub fn set(self, name: &str) -> bool {
        let name = name.trim();
        if name.chars().count() > LONGEST_NAME {
            return false;
        }
        if name.is_empty() {
            storage::remove(KEY);
            self.name.set(None);
        } else {
            storage::set(KEY, name);
            self.name.set(Some(name.into()));
        }
        true
    }

    /// `Maria Ortiz` as `MO`.
    pub fn initials(self) -> Option<String> {
        let name = self.name.get()?;
        let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
        let first = words.next()?;
        let last = words.next_back();
        Some(page::upper_case(&std::iter::once(first).chain(last).collect::<String>()))
    }
}
