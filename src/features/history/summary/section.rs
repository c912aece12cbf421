use crate::app::{Part, part};
use crate::features::history::state::HistoryState;
use crate::platform::{page, storage};
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use runs::model::Run;
use runs::reading::summary::{Counts, OutcomeGroup};

const KEPT: &str = "summary";

/// The summary above the list, folded until somebody wants it; that is remembered. Folded it says what the loaded runs come to.
#[component]
pub fn SummarySection(history: HistoryState) -> Html {
    let words = t().overview;
    let open = RwSignal::new(storage::get(KEPT).is_some());
    let toggle = move |_| {
        open.set(!open.get_untracked());
        if open.get_untracked() {
            storage::set(KEPT, "open");
        } else {
            storage::remove(KEPT);
        }
    };
    let glance = move || {
        if open.get() || history.list.live.value.with(Option::is_none) {
            return String::new();
        }
        let mut counts = Counts::default();
        each_loaded(history, &mut |run| counts.add(OutcomeGroup::of(run.status.kind)));
        (words.glance)(counts)
    };
    view! {
        <section class="sl-sum" aria-label=words.summary>
            <div class="sl-sum__head">
                <button type="button" class="sl-btn sl-btn--quiet sl-btn--sm" aria-expanded=move || open.get().to_string() on:click=toggle>
                    <Glyph icon=Icon::Down small=true />{words.summary}
                </button>
                <span class="sl-xs sl-2">{glance}</span>
            </div>
            {move || open.get().then(|| part(Part::Summary(history)))}
        </section>
    }
}

/// The runs that are loaded and shown, as they are known now: those of this page that the filter lets through, and what was found
/// further back.
pub fn each_loaded(history: HistoryState, take: &mut dyn FnMut(&Run)) {
    let (filter, own, read_at) = (history.filters.applied(), history.connection_id(), history.list.live.read_at.get_untracked());
    history.list.live.value.with(|loaded| {
        let Some(loaded) = loaded else { return };
        let shown = &loaded.page.items;
        for (at, run) in shown.iter().enumerate() {
            let connection = loaded.merged.as_ref().and_then(|merged| merged.of.get(at)).unwrap_or(&own);
            let (run, deleted) = loaded.now(at, connection, run, read_at);
            if !deleted && filter.matches(&run, &page::normal_form) {
                take(&run);
            }
        }
        history.filters.search.found.with(|found| {
            for (_, run) in found.iter().filter(|(_, run)| !shown.iter().any(|known| known.id == run.id)) {
                take(run);
            }
        });
    });
}
