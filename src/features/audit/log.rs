use crate::data::audit::{Entry, read_page};
use crate::net::Scope;
use crate::platform::Effect;
use crate::router;
use crate::routes::{AuditAddress, Page};
use leptos::prelude::*;
use runs::{ApiError, ErrorKind};
use std::sync::Arc;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LogState {
    Reading,
    Failed,
    Empty,
    NoMatch,
    Rows,
}

/// The part of the log that the address asks for, as far as it was read.
#[derive(Clone, Copy)]
pub struct Log {
    pub address: Memo<AuditAddress>,
    pub entries: RwSignal<Vec<Arc<Entry>>>,
    /// Where it goes on.
    pub next: RwSignal<Option<String>>,
    pub busy: RwSignal<bool>,
    pub error: RwSignal<Option<ApiError>>,
    state: RwSignal<LogState>,
    refetch: RwSignal<u32>,
    scope: StoredValue<Option<Scope>>,
}

impl Log {
    pub fn new() -> Self {
        let log = Self {
            address: router::own(|entry| if let Page::Audit(query) = &entry.page { Some(AuditAddress::read(query)) } else { None }),
            entries: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
            state: RwSignal::new(LogState::Reading),
            refetch: RwSignal::new(0),
            scope: StoredValue::new(None),
        };
        Effect::new(move |_| {
            log.refetch.track();
            log.address.track();
            let scope = Scope::of_view();
            log.scope.set_value(Some(scope.clone()));
            log.state.set(LogState::Reading);
            log.entries.set(Vec::new());
            log.next.set(None);
            leptos::task::spawn_local(async move { log.read(scope).await });
        });
        log
    }

    pub fn state(self) -> LogState {
        self.state.get()
    }

    pub fn again(self) {
        self.refetch.update(|count| *count += 1);
    }

    /// Reads on where the list ends.
    pub fn more(self) {
        if !self.busy.get_untracked()
            && let Some(scope) = self.scope.get_value()
        {
            leptos::task::spawn_local(async move { self.read(scope).await });
        }
    }

    /// Narrows the list down, or widens it.
    pub fn change_address(self, change: impl FnOnce(&mut AuditAddress)) {
        let mut address = self.address.get_untracked();
        change(&mut address);
        router::replace(&Page::Audit(address.write()).href());
    }

    async fn read(self, scope: Scope) {
        let address = self.address.get_untracked();
        let after = self.next.get_untracked();
        self.busy.set(true);
        let result = read_page(&address.asked(), after, &scope).await;
        if scope.ended() {
            return;
        }
        self.busy.set(false);
        match result {
            Ok(page) => {
                self.error.set(None);
                self.entries.update(|entries| entries.extend(page.entries.into_iter().map(Arc::new)));
                self.next.set(page.next);
                self.state.set(match (self.entries.with_untracked(Vec::is_empty), address.filtered()) {
                    (false, _) => LogState::Rows,
                    (true, true) => LogState::NoMatch,
                    (true, false) => LogState::Empty,
                });
            }
            Err(error) if error.kind == ErrorKind::Cancelled => {}
            Err(error) => {
                self.error.set(Some(error));
                // What was read stays in sight, with the error below it.
                if self.entries.with_untracked(Vec::is_empty) {
                    self.state.set(LogState::Failed);
                }
            }
        }
    }
}
