use crate::net::{Config, Connection, Person};
use leptos::prelude::*;

/// The connections as the gateway told them at start.
#[derive(Clone, Copy)]
pub struct Session {
    config: StoredValue<Config>,
}

impl Session {
    pub fn new(config: Config) -> Self {
        Self { config: StoredValue::new(config) }
    }

    pub fn connections(self) -> Vec<Connection> {
        self.config.with_value(|config| config.connections.clone())
    }

    pub fn connection(self, id: &str) -> Option<Connection> {
        self.config.with_value(|config| config.connections.iter().find(|connection| connection.id == id).cloned())
    }

    pub fn first(self) -> Option<Connection> {
        self.config.with_value(|config| config.connections.first().cloned())
    }

    /// Everything here is the sandbox's: a page says it once. Among real connections each row says it of itself.
    pub fn only_sandboxes(self) -> bool {
        self.config.with_value(|config| config.connections.iter().all(|connection| connection.sandbox))
    }

    /// Nothing of a review may stay in a browser.
    pub fn shared_device(self) -> bool {
        self.config.with_value(|config| config.shared_device)
    }

    /// The gateway numbers runs.
    pub fn ledger(self) -> bool {
        self.config.with_value(|config| config.ledger)
    }

    /// Who is signed in.
    pub fn person(self) -> Option<Person> {
        self.config.with_value(|config| config.person.clone())
    }

    /// Names of sample files; offered for sandbox connections only.
    pub fn samples(self) -> Vec<String> {
        self.config.with_value(|config| config.samples.clone())
    }
}
