use leptos::prelude::*;
use std::collections::HashMap;

/// The most run numbers remembered.
const MOST: usize = 5_000;

/// Run numbers that the history derived, so that a run's own page can show its number.
#[derive(Clone, Copy)]
pub struct Numbers {
    known: StoredValue<HashMap<(String, String), u64>>,
}

impl Numbers {
    pub fn new() -> Self {
        Self { known: StoredValue::new(HashMap::new()) }
    }

    pub fn learn(self, connection: &str, run: &str, number: u64) {
        self.known.update_value(|known| {
            if known.len() >= MOST {
                known.clear();
            }
            known.insert((connection.into(), run.into()), number);
        });
    }

    pub fn get(self, connection: &str, run: &str) -> Option<u64> {
        self.known.with_value(|known| known.get(&(connection.into(), run.into())).copied())
    }
}
