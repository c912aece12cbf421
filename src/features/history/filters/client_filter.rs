use crate::features::history::state::View;
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

/// Runs from further back that a filter lets through which the vendor does not do itself, found page by page on request.
#[derive(Clone, Copy)]
pub struct Further {
    /// With their numbers.
    pub found: RwSignal<Vec<(Option<u64>, Run)>>,
    looked: RwSignal<usize>,
    walk: RwSignal<Walk>,
    /// Where the search goes on, and the number of the first run there.
    next: StoredValue<Option<(Place, Option<u64>)>>,
    scope: StoredValue<Option<Scope>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Walk {
    Resting,
    Going,
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

impl Further {
    pub fn kept(self) -> Kept {
        Kept {
            found: self.found.try_get_untracked().unwrap_or_default(),
            looked: self.looked.try_get_untracked().unwrap_or(0),
            ended: self.walk.try_get_untracked() == Some(Walk::Ended),
            next: self.next.try_get_value().flatten(),
        }
    }

    pub fn restore(self, kept: Kept) {
        self.found.set(kept.found);
        self.looked.set(kept.looked);
        self.walk.set(if kept.ended { Walk::Ended } else { Walk::Resting });
        self.next.set_value(kept.next);
    }

    pub fn new() -> Self {
        Self {
            found: RwSignal::new(Vec::new()),
            looked: RwSignal::new(0),
            walk: RwSignal::new(Walk::Resting),
            next: StoredValue::new(None),
            scope: StoredValue::new(None),
        }
    }

    /// Another list is shown.
    pub fn forget(self) {
        self.stop();
        self.found.set(Vec::new());
        self.looked.set(0);
        self.walk.set(Walk::Resting);
        self.next.set_value(None);
    }

    pub fn stop(self) {
        if let Some(scope) = self.scope.try_update_value(Option::take).flatten() {
            scope.end();
        }
        if self.walk.try_get_untracked() == Some(Walk::Going) {
            self.walk.set(Walk::Resting);
        }
    }
}

/// Reads older pages until as many more runs were found as a page holds, the list ends, or somebody stops it.
fn search(view: View) {
    let further = view.further;
    let Some(connection) = view.connection.get_untracked() else { return };
    let address = view.address.get_untracked();
    let start = further.next.get_value().or_else(|| {
        view.live.value.with_untracked(|listing| {
            let page = &listing.as_ref()?.page;
            Some((page.older.clone()?, after(page)))
        })
    });
    let Some(start) = start else {
        further.walk.set(Walk::Ended);
        return;
    };
    let scope = Scope::new();
    further.scope.set_value(Some(scope.clone()));
    further.walk.set(Walk::Going);
    leptos::task::spawn_local(async move {
        let wanted = further.found.with_untracked(Vec::len) + view.size() as usize;
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
                    further.next.set_value(Some((place, first)));
                    further.walk.set(Walk::Failed(error));
                    return;
                }
            };
            next = page.older.clone().map(|older| (older, after(&page)));
            further.next.set_value(next.clone());
            further.looked.update(|looked| *looked += page.items.len());
            let numbered =
                crate::features::history::list::table::numbered(&connection.id, &page.items, page.first_number, globals().numbers);
            let lets: Vec<_> = numbered.into_iter().filter(|(_, run)| filter.matches(run, &crate::platform::page::normal_form)).collect();
            if !lets.is_empty() {
                further.found.update(|found| found.extend(lets));
            }
            if further.found.with_untracked(Vec::len) >= wanted {
                break;
            }
        }
        further.walk.set(if next.is_none() { Walk::Ended } else { Walk::Resting });
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
pub fn FurtherNote(view: View) -> Html {
    let words = t().filter;
    let further = view.further;
    let here = move || view.here.get();
    let matching = move || {
        let filter = view.filter();
        let (found, loaded) = view.live.value.with(|listing| {
            listing.as_ref().map_or((0, 0), |listing| {
                let items = &listing.page.items;
                (items.iter().filter(|run| filter.matches(run, &crate::platform::page::normal_form)).count(), items.len())
            })
        });
        (words.matching)(found + further.found.with(Vec::len), loaded + further.looked.get())
    };
    let going = Memo::new(move |_| further.walk.with(|walk| *walk == Walk::Going));
    let control = move || match further.walk.get() {
        Walk::Going => view! {
            <span>{words.looking}</span>
            <button type="button" class="sl-btn" on:click=move |_| further.stop()>{words.stop}</button>
        },
        Walk::Ended => view! { <span>{words.ended}</span> },
        Walk::Resting => view! { <button type="button" class="sl-btn" on:click=move |_| search(view)>{words.further}</button> },
        Walk::Failed(error) => view! {
            <FailureNote error=error vendor=view.vendor() still=words.as_found retry=Callback::new(move |()| search(view)) />
        },
    };
    // The text of a search is found in names and ids; a number, or an id as it was copied, leads further by itself.
    let meant = move || Wish::read(&view.address.with(|address| address.filter.text.clone()));
    let said = RwSignal::new(String::new());
    let jump = move || {
        let label = match meant()? {
            Wish::Number(number) => (words.go_to_number)(&(t().shared.run_number)(number)),
            Wish::Id(id) if id.len() >= LIKE_AN_ID && id.bytes().any(|sign| sign.is_ascii_digit()) => words.go_to_id.into(),
            Wish::Id(_) => return None,
        };
        let go = move |_| jump::from_field(view, &view.address.with_untracked(|address| address.filter.text.clone()), said);
        Some(view! { <button type="button" class="sl-btn" on:click=go>{label}</button> })
    };
    live(move || {
        if view.untold.get().any() {
            return Some(view! { <div class="sl-further"><p>{(words.untold)(&view.vendor(), view.untold.get())}</p></div> });
        }
        here().any().then(|| {
            view! {
                <div class="sl-further" data-going=move || going.get().then_some("")>
                    <p>{move || (words.here)(&view.vendor(), here())}</p>
                    <p role="status">{matching}</p>
                    {move || further.found.with(|found| !found.is_empty()).then(|| view! { <p>{words.as_found}</p> })}
                    <div class="sl-row">{jump}{control}</div>
                    <p role="status">{move || said.get()}</p>
                </div>
            }
        })
    })
}
