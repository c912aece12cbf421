use crate::platform::{clock, page};
use leptos::prelude::*;
use runs::Timestamp;

/// One clock for every relative time on the page: once a second while it can be seen.
#[derive(Clone, Copy)]
pub struct Tick {
    pub now: RwSignal<Timestamp>,
    /// Year, month and day in the browser's zone.
    pub day: Memo<(u32, u32, u32)>,
}

impl Tick {
    pub(super) fn new() -> Self {
        let now = RwSignal::new(clock::now());
        leptos::task::spawn_local(async move {
            loop {
                clock::sleep(1_000).await;
                page::until_visible().await;
                now.set(clock::now());
            }
        });
        let day = Memo::new(move |_| {
            let today = clock::local(now.get());
            (today.year, today.month, today.day)
        });
        Self { now, day }
    }

    /// Milliseconds until then, following the clock; zero once it has come.
    pub fn until(self, at: Timestamp) -> u64 {
        at.since(self.now.get())
    }

    /// Milliseconds since then, following the clock.
    pub fn since(self, at: Timestamp) -> u64 {
        self.now.get().since(at)
    }
}
