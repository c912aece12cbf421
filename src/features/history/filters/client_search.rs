use crate::features::history::state::HistoryState;
use crate::features::jump;
use crate::net::{self, Scope};
use crate::platform::clock;
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use crate::ui::FailureNote;
use runs::ApiError;
use runs::model::{Numbering, Page, Place, Run};
use runs::reading::jump::Wish;

/// Words of names are shorter than ids, or have no digits.
const LIKE_AN_ID: usize = 8;

/// The search on older pages for runs that match a filter which the vendor does not apply, page by page on request.
#[derive(Clone, Copy)]
pub struct ClientSearch {
    /// With their numbers.
    pub found: RwSignal<Vec<(Option<u64>, Run)>>,
    looked: RwSignal<usize>,
    progress: RwSignal<Progress>,
    /// Where the search goes on, and the number of the first run there.
    next: StoredValue<Option<(Place, Option<u64>)>>,
    scope: StoredValue<Option<Scope>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Progress {
    Idle,
    Reading,
    Ended,
    Failed(ApiError),
}

/// What was found, as it is kept for coming back.
pub struct Kept {
    found: Vec<(Option<u64>, Run)>,
    looked: usize,
    ended: bool,
    next: Option<(Place, Option<u64>)>,
}

impl ClientSearch {
    pub fn kept(self) -> Kept {
        Kept {
            found: self.found.try_get_untracked().unwrap_or_default(),
            looked: self.looked.try_get_untracked().unwrap_or(0),
            ended: self.progress.try_get_untracked() == Some(Progress::Ended),
            next: self.next.try_get_value().flatten(),
        }
    }

    pub fn restore(self, kept: Kept) {
        self.found.set(kept.found);
        self.looked.set(kept.looked);
        self.progress.set(if kept.ended { Progress::Ended } else { Progress::Idle });
        self.next.set_value(kept.next);
    }

    pub fn new() -> Self {
        Self {
            found: RwSignal::new(Vec::new()),
            looked: RwSignal::new(0),
            progress: RwSignal::new(Progress::Idle),
            next: StoredValue::new(None),
            scope: StoredValue::new(None),
        }
    }

    /// Another list is shown.
    pub fn forget(self) {
        self.stop();
        self.found.set(Vec::new());
        self.looked.set(0);
        self.progress.set(Progress::Idle);
        self.next.set_value(None);
    }

    pub fn stop(self) {
        if let Some(scope) = self.scope.try_update_value(Option::take).flatten() {
            scope.end();
        }
        if self.progress.try_get_untracked() == Some(Progress::Reading) {
            self.progress.set(Progress::Idle);
        }
    }
}

/// Reads older pages until as many more runs were found as a page holds, the list ends, or somebody stops it.
fn search_older_pages(history: HistoryState) {
    let search = history.filters.search;
    let Some(connection) = history.connection.get_untracked() else { return };
    let address = history.address.get_untracked();
    let start = search.next.get_value().or_else(|| {
        history.list.live.value.with_untracked(|loaded| {
            let page = &loaded.as_ref()?.page;
            Some((page.older.clone()?, after(page)))
        })
    });
    let Some(start) = start else {
        search.progress.set(Progress::Ended);
        return;
    };
    let scope = Scope::new();
    search.scope.set_value(Some(scope.clone()));
    search.progress.set(Progress::Reading);
    leptos::task::spawn_local(async move {
        let wanted = search.found.with_untracked(Vec::len) + history.size() as usize;
        let mut next = Some(start);
        while let Some((place, first)) = next.take() {
            let query = address.question(&connection.dialect.adapter().capabilities(), clock::now(), place.clone(), first);
            let filter = query.filter.clone();
            let read = net::read(&connection.id, connection.dialect.adapter().list_runs(&query), &scope).await;
            if scope.ended() {
                return;
            }
            let page = match read {
                Ok(page) => page,
                Err(error) => {
                    search.next.set_value(Some((place, first)));
                    search.progress.set(Progress::Failed(error));
                    return;
                }
            };
            next = page.older.clone().map(|older| (older, after(&page)));
            search.next.set_value(next.clone());
            search.looked.update(|looked| *looked += page.items.len());
            let numbered =
                crate::features::history::list::table::numbered(&connection.id, &page.items, page.first_number, globals().numbers);
            let lets: Vec<_> = numbered.into_iter().filter(|(_, run)| filter.matches(run, &crate::platform::page::normal_form)).collect();
            if !lets.is_empty() {
                search.found.update(|found| found.extend(lets));
            }
            if search.found.with_untracked(Vec::len) >= wanted {
                break;
            }
        }
        search.progress.set(if next.is_none() { Progress::Ended } else { Progress::Idle });
    });
}

/// The number of the first run behind a page.
fn after(page: &Page<Run>) -> Option<u64> {
    match page.first_number {
        Numbering::From(first) => first.checked_sub(page.items.len() as u64).filter(|number| *number > 0),
        _ => None,
    }
}

/// Says what is filtered here and not by the vendor, how much of it was found, and goes on searching.
#[component]
pub fn ClientSearchNote(history: HistoryState) -> Html {
    let words = t().filter;
    let search = history.filters.search;
    let here = move || history.filters.client.get();
    let matching = move || {
        let filter = history.filters.applied();
        let (found, loaded) = history.list.live.value.with(|loaded| {
            loaded.as_ref().map_or((0, 0), |loaded| {
                let items = &loaded.page.items;
                (items.iter().filter(|run| filter.matches(run, &crate::platform::page::normal_form)).count(), items.len())
            })
        });
        (words.matching)(found + search.found.with(Vec::len), loaded + search.looked.get())
    };
    let going = Memo::new(move |_| search.progress.with(|progress| *progress == Progress::Reading));
    let control = move || match search.progress.get() {
        Progress::Reading => view! {
            <span>{words.looking}</span>
            <button type="button" class="sl-btn" on:click=move |_| search.stop()>{words.stop}</button>
        },
        Progress::Ended => view! { <span>{words.ended}</span> },
        Progress::Idle => {
            view! { <button type="button" class="sl-btn" on:click=move |_| search_older_pages(history)>{words.further}</button> }
        }
        Progress::Failed(error) => view! {
            <FailureNote error=error source=history.dialect() still=words.as_found retry=Callback::new(move |()| search_older_pages(history)) />
        },
    };
    // The text of a search is found in names and ids; a number, or an id as it was copied, leads further by itself.
    let meant = move || Wish::read(&history.address.with(|address| address.filter.text.clone()));
    let said = RwSignal::new(String::new());
    let jump = move || {
        let label = match meant()? {
            Wish::Number(number) => (words.go_to_number)(&(t().shared.run_number)(number)),
            Wish::Id(id) if id.len() >= LIKE_AN_ID && id.bytes().any(|sign| sign.is_ascii_digit()) => words.go_to_id.into(),
            Wish::Id(_) => return None,
        };
        let go = move |_| jump::from_field(history, &history.address.with_untracked(|address| address.filter.text.clone()), said);
        Some(view! { <button type="button" class="sl-btn" on:click=go>{label}</button> })
    };
    live(move || {
        if history.filters.unsupported.get().any() {
            return Some(
                view! { <div class="sl-further"><p>{(words.untold)(&history.vendor(), history.filters.unsupported.get())}</p></div> },
            );
        }
        here().any().then(|| {
            view! {
                <div class="sl-further" data-going=move || going.get().then_some("")>
                    <p>{move || (words.here)(&history.vendor(), here())}</p>
                    <p role="status">{matching}</p>
                    {move || search.found.with(|found| !found.is_empty()).then(|| view! { <p>{words.as_found}</p> })}
                    <div class="sl-row">{jump}{control}</div>
                    <p role="status">{move || said.get()}</p>
                    {move || history.linked_run.sign_in(said)}
                </div>
            }
        })
    })
}
