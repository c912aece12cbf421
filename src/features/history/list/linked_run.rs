use crate::app::{LazyAction, lazy_action};
use crate::features::history::list::request::key_of;
use crate::features::history::state::HistoryState;
use crate::net::Scope;
use crate::prelude::*;
use crate::router;
use crate::routes::Page;
use crate::strings::t;
use crate::ui::{Icon, Notice, sign_in};
use runs::ApiError;
use runs::model::Place;
use runs::model::status::Tone;
use runs::reading::address::HistoryAddress;

/// The run that the address names: its row is marked; without a place in the address, the page that holds it is searched.
#[derive(Clone, Copy)]
pub struct LinkedRun {
    pub run: Memo<Option<String>>,
    /// Nothing is listed while the page is being looked for.
    pub looking: Memo<bool>,
    /// Why the run is not in sight.
    pub said: RwSignal<String>,
    /// What kept a run from being looked for, by its address or by the field under the list.
    pub refused: RwSignal<Option<ApiError>>,
    /// The run that was looked for: once, until somebody asks again.
    pub tried: RwSignal<String>,
    /// What the row had the focus for: it gets it once, and a refresh takes it from nobody.
    pub shown: StoredValue<String>,
    scope: StoredValue<Option<Scope>>,
}

impl LinkedRun {
    pub fn new(address: Memo<HistoryAddress>) -> Self {
        let tried = RwSignal::new(String::new());
        let run = Memo::new(move |_| address.with(|address| address.run.clone()));
        // Whoever sent here has found the page, and says so beside the address.
        let sent = router::own(|entry| if let Page::Runs(_) = entry.page { Some(!entry.state.is_empty()) } else { None });
        let looking = Memo::new(move |_| {
            address.with(|address| {
                let whole = address.place == Place::First && address.statuses.is_empty() && address.filter.is_empty();
                let new = |run: &String| tried.with(|tried| tried != run) && !sent.get();
                whole && address.run.as_ref().is_some_and(new)
            })
        });
        Self {
            run,
            looking,
            said: RwSignal::new(String::new()),
            refused: RwSignal::new(None),
            tried,
            shown: StoredValue::new(String::new()),
            scope: StoredValue::new(None),
        }
    }

    pub fn follow(self, history: HistoryState) {
        Effect::new(move |_| {
            if self.run.with(Option::is_none) {
                self.tried.set(String::new());
            }
            self.said.set(String::new());
        });
        Effect::new(move |_| {
            if self.looking.get() {
                lazy_action(LazyAction::OpenAt(history), self.said);
            }
        });
        let shown = self.shown;
        Effect::new(move |_| {
            let (Some(run), Some(connection)) = (self.run.get(), history.connection.get()) else {
                shown.set_value(String::new());
                return;
            };
            let key = history.address.with(|address| key_of(&connection, address));
            let here =
                history.list.live.value.with(|loaded| loaded.as_ref().map(|loaded| loaded.page.items.iter().any(|item| item.id == run)));
            if history.list.live.answered.get() != key {
                return;
            }
            let once = format!("{key} {run}");
            match here {
                Some(true) if shown.get_value() != once => {
                    shown.set_value(once);
                    self.said.set(String::new());
                    history.list.window.focus(&run);
                }
                Some(false) if shown.get_value() != once && self.said.with_untracked(String::is_empty) => {
                    lazy_action(LazyAction::OpenAt(history), self.said);
                }
                _ => {}
            }
        });
        on_cleanup(move || self.stop());
    }

    /// Begins to look, in place of whatever was looked for.
    pub fn begin(self) -> Scope {
        self.stop();
        self.refused.set(None);
        let scope = Scope::new();
        self.scope.set_value(Some(scope.clone()));
        scope
    }

    /// A way on beside what is said.
    pub fn sign_in(self, said: RwSignal<String>) -> Option<Html> {
        self.refused.with(|error| error.as_ref().and_then(sign_in)).filter(|_| said.with(|said| !said.is_empty()))
    }

    fn stop(self) {
        if let Some(scope) = self.scope.try_update_value(Option::take).flatten() {
            scope.end();
        }
    }
}

/// That the page is being looked for, or why the run is not on it; the run's own page is a way on.
#[component]
pub fn LinkedRunNote(history: HistoryState) -> Html {
    let (words, linked_run) = (t().jump_field, history.linked_run);
    let fact = Memo::new(move |_| match linked_run.looking.get() {
        true => words.looking.to_owned(),
        false => linked_run.said.get(),
    });
    live(move || {
        let run = linked_run.run.get()?;
        let fact = Some(fact.get()).filter(|fact| !fact.is_empty())?;
        let connection = history.connection.get()?.id;
        let href = Page::Run { connection, run, flow: history.flow.get() }.href();
        let again = move |_| {
            linked_run.said.set(String::new());
            linked_run.tried.set(String::new());
            lazy_action(LazyAction::OpenAt(history), linked_run.said);
        };
        let actions = view! {
            {linked_run.sign_in(linked_run.said)}
            <a class="sl-btn sl-btn--sm" href=href>{words.open_run}</a>
            <button type="button" class="sl-btn sl-btn--sm" on:click=again>{t().shared.try_again}</button>
            <a class="sl-btn sl-btn--sm" href=history.list.first_page_href(|_| ())>{t().history.newest}</a>
        };
        Some(view! { <div class="sl-atrun" role="status"><Notice tone=Tone::Idle icon=Icon::Search fact=fact actions=actions /></div> })
    })
}
