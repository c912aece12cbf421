use crate::features::history::state::HistoryState;
use crate::net::{self, Scope};
use crate::platform::clock;
use crate::platform::page::normal_form;
use crate::prelude::*;
use crate::state::{MOST, Picked, globals};
use crate::strings::t;
use crate::ui::error_toast_with;
use runs::reading::paginator::Paginator;

/// Choosing every run that the filters let through, page by page.
#[derive(Clone, Copy)]
pub struct Matching {
    /// Runs read so far; `None` while nothing is read.
    read: RwSignal<Option<u64>>,
    /// Milliseconds until the next page, while the vendor's limit makes it wait.
    rest: RwSignal<u32>,
    scope: StoredValue<Option<Scope>>,
}

impl Matching {
    pub fn new() -> Self {
        let matching = Self { read: RwSignal::new(None), rest: RwSignal::new(0), scope: StoredValue::new(None) };
        on_cleanup(move || matching.end());
        matching
    }

    fn end(self) {
        if let Some(scope) = self.scope.try_update_value(Option::take).flatten() {
            scope.end();
        }
        self.read.try_set(None);
        self.rest.try_set(0);
    }

    fn stop(self) {
        self.end();
        globals().toasts.say((t().bulk.matching_stopped)(chosen()));
    }

    fn start(self, history: HistoryState) {
        let Some(connection) = history.connection.get_untracked() else { return };
        let address = history.address.get_untracked();
        let scope = Scope::new();
        self.scope.set_value(Some(scope.clone()));
        self.read.set(Some(0));
        let adapter = connection.dialect.adapter();
        let query = address.whole(&adapter.capabilities(), clock::now());
        let filter = query.filter.clone();
        let mut paginator = Paginator::new(query);
        leptos::task::spawn_local(async move {
            let words = t().bulk;
            let selection = globals().selection;
            let mut said = None;
            while let Some(query) = paginator.next().cloned() {
                let answer = net::read(&connection.id, adapter.list_runs(&query), &scope).await;
                if scope.ended() {
                    return;
                }
                match answer {
                    Ok(page) => {
                        let rows = paginator.take(page, clock::now());
                        let lets = rows.into_iter().filter(|(_, run)| filter.matches(run, &normal_form));
                        let picked = lets.map(|(number, run)| Picked { connection: connection.id.clone(), number, run }).collect();
                        self.read.try_set(Some(paginator.read));
                        if !selection.choose(picked, true) {
                            said = Some((words.matching_cut)(MOST));
                            break;
                        }
                        if !self.rest(paginator.rest, &scope).await {
                            return;
                        }
                    }
                    Err(error) if error.rest().is_some() => {
                        if !self.rest(error.rest().unwrap_or(0), &scope).await {
                            return;
                        }
                    }
                    Err(error) => {
                        self.end();
                        let why = (t().shared.error_line)(&error, connection.dialect.vendor());
                        return globals().toasts.show(error_toast_with(&error, (words.matching_failed)(&why)));
                    }
                }
            }
            self.end();
            globals().toasts.say(said.unwrap_or_else(|| (words.matching_all)(chosen())));
        });
    }

    /// Waits; `false` if it was ended meanwhile.
    async fn rest(self, millis: u32, scope: &Scope) -> bool {
        let told = |left| {
            self.rest.try_set(left);
            !scope.ended()
        };
        clock::rest(millis, &told).await;
        self.rest.try_set(0);
        !scope.ended()
    }
}

fn chosen() -> usize {
    globals().selection.picked.with_untracked(Vec::len)
}

/// The offer, or how far it has come.
pub fn matching(history: HistoryState, matching: Matching) -> Html {
    let words = t().bulk;
    let going = Memo::new(move |_| matching.read.with(Option::is_some));
    // One page that holds everything has a box of its own.
    let more = move || {
        history
            .list
            .live
            .value
            .with(|loaded| loaded.as_ref().is_some_and(|loaded| loaded.page.older.is_some() || loaded.page.newer.is_some()))
    };
    live(move || {
        if going.get() {
            let text = move || {
                let rest = matching.rest.get();
                if rest > 0 {
                    (words.matching_pause)(&(t().shared.duration)(u64::from(rest)))
                } else {
                    (words.matching_going)(matching.read.get().unwrap_or(0), globals().selection.picked.with(Vec::len) as u64)
                }
            };
            view! {
                <span class="sl-2">{text}</span>
                <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| matching.stop()>{words.stop}</button>
            }
        } else if more() {
            view! { <button type="button" class="sl-link" on:click=move |_| matching.start(history)>{words.matching}</button> }
        } else {
            ().view()
        }
    })
}
