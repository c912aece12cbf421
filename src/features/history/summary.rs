//! The summary of what the history shows: figures, each with what it is made of, and runs over time.

mod chart;
pub mod section;

use crate::data::{Asking, Live, Rules};
use crate::features::history::saved::tabs::waiting;
use crate::features::history::state::HistoryState;
use crate::features::history::summary::section::each_loaded;
use crate::platform::clock;
use crate::prelude::*;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Ago, sign_in};
use chart::chart;
use console::queue::QueueAddress;
use runs::Timestamp;
use runs::adapters::capability::ReviewStyle;
use runs::adapters::filter::Created;
use runs::model::{Run, Statistics};
use runs::reading::live::Pace;
use runs::reading::summary::{Basis, Listed, Summary, stands_at, success_rate};

/// What the strip is drawn from.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    summary: Summary,
    /// Loaded runs.
    loaded: u64,
    /// They are all that there are.
    whole: bool,
    /// Nothing narrows the list down.
    unfiltered: bool,
    with_deleted: bool,
    /// Empty over all connections.
    vendor: String,
}

impl Shown {
    /// What a figure is of.
    fn basis(&self, basis: Basis) -> String {
        match basis {
            Basis::Vendor => (t().summary.from_vendor)(&self.vendor),
            Basis::Loaded if self.whole => (t().summary.of_all)(self.loaded),
            Basis::Loaded => (t().summary.of_loaded)(self.loaded),
        }
    }
}

pub fn summary(history: HistoryState) -> Html {
    let counted = count(history);
    let twin = RwSignal::new(false);
    let failed = move || {
        counted.error.get().map(|error| {
            let again = error.next_try.is_some();
            let words = (t().summary.statistics_failed)(&(t().shared.error_line)(&error, &history.vendor()), again);
            let retry = (!again).then(|| {
                view! { " "<button type="button" class="sl-btn sl-btn--sm" on:click=move |_| counted.refresh()>{t().shared.try_again}</button> }
            });
            view! { <div class="sl-sum__foot sl-xs sl-2"><span role="status">{words}</span>" "{sign_in(&error)}{retry}</div> }
        })
    };
    let strip = move || {
        if history.list.live.value.with(Option::is_none) {
            let words = if history.list.live.error.with(Option::is_some) { t().summary.no_rows } else { t().shared.loading };
            return view! { <p class="sl-sum__foot sl-xs sl-2">{words}</p> };
        }
        let mut loaded = Vec::new();
        each_loaded(history, &mut |run| loaded.push(run.clone()));
        let shown = shown(history, counted, &loaded);
        view! {
            <div class="sl-strip sl-sum__strip">
                {total(&shown)}
                {rate(&shown)}
                {lasting(&shown)}
                {last(&shown)}
                {waiting_now(history, &shown)}
                {histogram(history, &shown, &loaded, twin)}
            </div>
        }
    };
    view! { {strip}{failed} }
}

/// The vendor's own statistics: read once there are rows, then once a minute, and not at all where they would not fit the filter.
fn count(history: HistoryState) -> Live<Statistics> {
    let ready = Memo::new(move |_| history.list.live.value.with(|loaded| loaded.as_ref().is_some_and(|loaded| !loaded.is_partial())));
    let whole = Memo::new(move |_| history.filters.is_empty());
    let rules = Rules::<Statistics> {
        pace: |_| Pace::Count,
        settle: |known, answer| {
            let changed = known != Some(&answer);
            (answer, changed)
        },
        same: |_, _| false,
        // Where nothing is counted, nothing is asked again.
        finished: |answer| *answer == Statistics::default(),
        partial: |_| false,
        quota: |answer| answer.quota,
    };
    Live::new(rules, move || {
        let connection = history.connection.get()?;
        let flow = history.flow.get();
        (ready.get() && whole.get()).then(|| Asking {
            key: format!("{} {}", connection.id, flow.as_deref().unwrap_or_default()),
            operation: connection.dialect.run_adapter().statistics(flow.as_deref()),
            connection: connection.id,
        })
    })
}

fn shown(history: HistoryState, counted: Live<Statistics>, loaded: &[Run]) -> Shown {
    let statistics = counted.value.get();
    let listed = history.list.live.value.with(|loaded| {
        let Some(loaded) = loaded else { return Listed::default() };
        let (page, latest) = (&loaded.page, loaded.latest.as_deref().unwrap_or(&loaded.page));
        let first = history.list.first_page.get();
        let here = history.filters.client.get().any();
        Listed {
            total: latest.total.filter(|_| !here),
            whole: first && page.older.is_none(),
            newest: latest.items.first().filter(|_| first).and_then(stands_at),
        }
    });
    Shown {
        summary: Summary::of(statistics.as_deref(), loaded, listed),
        loaded: loaded.len() as u64,
        whole: listed.whole,
        unfiltered: history.filters.is_empty(),
        with_deleted: statistics.is_some_and(|statistics| statistics.with_deleted),
        vendor: history.vendor(),
    }
}

/// One figure: what it is, how much, what else is known of it, and what it is made of.
fn tile(key: &'static str, value: Html, context: String, basis: String) -> Html {
    view! {
        <div class="sl-stat">
            <span class="sl-stat__k">{key}</span>
            <span class="sl-stat__v">{value}</span>
            <span class="sl-stat__s">{context}</span>
            <span class="sl-stat__b">{basis}</span>
        </div>
    }
}

fn missing() -> Html {
    view! { {t().shared.none} }
}

fn total(shown: &Shown) -> Html {
    let words = t().summary;
    let (total, basis) = shown.summary.total;
    let (under_way, counted) = shown.summary.under_way;
    let more = basis == Basis::Loaded && !shown.whole;
    let value = format!("{}{}", (t().shared.count)(total), if more { "+" } else { "" });
    // Figures of two kinds in one tile would read as one.
    let context = if counted == basis { (words.under_way)(under_way) } else { String::new() };
    let said = match basis {
        Basis::Vendor if shown.with_deleted => (words.with_deleted)(&shown.vendor),
        Basis::Loaded if more && shown.vendor.is_empty() => words.no_total_of_all.into(),
        Basis::Loaded if more => (words.no_total)(&shown.vendor),
        basis => shown.basis(basis),
    };
    tile(if shown.unfiltered { words.runs } else { words.matching }, value.view(), context, said)
}

fn rate(shown: &Shown) -> Html {
    let words = t().summary;
    let found = shown.summary.ended.and_then(|(succeeded, failed, basis)| Some((success_rate(succeeded, failed)?, failed, basis)));
    let Some((rate, failed, basis)) = found else {
        return tile(words.rate, missing(), words.none_ended.into(), shown.basis(Basis::Loaded));
    };
    let value = (words.percent)(rate);
    tile(words.rate, view! { {value}<small>{words.percent_sign}</small> }, (words.failed)(failed), shown.basis(basis))
}

fn lasting(shown: &Shown) -> Html {
    let words = t().summary;
    let duration = t().shared.duration;
    let mean = shown.summary.mean.map(|(mean, basis)| match basis {
        Basis::Vendor => (words.mean_from)(&duration(mean), &shown.vendor),
        Basis::Loaded => (words.mean)(&duration(mean)),
    });
    match (shown.summary.durations, mean) {
        (Some(own), mean) => {
            let value = duration(own.median);
            tile(words.median, value.view(), mean.unwrap_or_default(), (words.of_timed)(own.runs, shown.loaded))
        }
        (None, Some(mean)) => tile(words.median, missing(), mean, (words.none_timed)(shown.loaded)),
        (None, None) => tile(words.median, missing(), String::new(), (words.none_timed)(shown.loaded)),
    }
}

fn last(shown: &Shown) -> Html {
    let words = t().summary;
    match shown.summary.last_run {
        Some(at) => {
            let when = (words.day)(clock::local(at), clock::local(clock::now()));
            let basis = if shown.vendor.is_empty() { words.over_all.into() } else { (words.from_vendor)(&shown.vendor) };
            tile(words.last_run, view! { <Ago at=at /> }, when, basis)
        }
        None if shown.loaded == 0 && shown.whole => tile(words.last_run, missing(), words.no_run.into(), String::new()),
        None => tile(words.last_run, missing(), words.older_page.into(), String::new()),
    }
}

/// What waits now, as a link to the queue.
fn waiting_now(history: HistoryState, shown: &Shown) -> Html {
    let words = t().summary;
    let pauses = history.connection.with(|of| of.as_ref().is_none_or(|of| of.dialect.adapter().capabilities().review != ReviewStyle::None));
    if !pauses {
        return tile(words.waiting, missing(), (words.never_waits)(&shown.vendor), String::new());
    }
    let (mut count, basis) = shown.summary.waiting;
    let (mut more, mut said) = (basis == Basis::Loaded && !shown.whole, shown.basis(basis));
    if basis == Basis::Loaded && shown.unfiltered {
        // The queue is read anyway, and knows those that are not loaded here.
        match waiting(history) {
            Some((queued, open)) => {
                (count, more) = (queued, open);
                words.from_queue.clone_into(&mut said);
            }
            None => more = !shown.whole,
        }
    }
    let value = format!("{}{}", (t().shared.count)(count), if more && count > 0 { "+" } else { "" });
    let address = history.kept_address();
    let connection = address.connection.filter(|_| !history.all.get());
    let href = Page::Reviews(QueueAddress { connection, flow: address.flow, ..QueueAddress::default() }.write()).href();
    let oldest = oldest(history).filter(|_| shown.unfiltered);
    let tick = globals().tick;
    let context = move || oldest.map_or_else(String::new, |at| (words.oldest)(&(t().shared.duration)(tick.since(at))));
    let class = if count > 0 { "sl-stat sl-stat--wait" } else { "sl-stat" };
    view! {
        <a class=class href=href>
            <span class="sl-stat__k">{words.waiting}</span>
            <span class="sl-stat__v">{value}</span>
            <span class="sl-stat__s">{context}</span>
            <span class="sl-stat__b">{said}</span>
        </a>
    }
}

/// Since when the oldest review of this list waits, as far as the queue knows.
fn oldest(history: HistoryState) -> Option<Timestamp> {
    let address = history.kept_address();
    globals().waiting.of.with(|of| {
        let of = of.iter().filter(|of| address.of_all() || Some(&of.connection.id) == address.connection.as_ref());
        let here = of.flat_map(|of| of.runs()).filter(|run| address.flow.as_ref().is_none_or(|flow| run.flow == *flow));
        here.filter_map(|run| run.waiting_since).min()
    })
}

/// Runs over time: from the oldest that is loaded, or where the filter begins if all are, until now or where it ends.
fn histogram(history: HistoryState, shown: &Shown, loaded: &[Run], twin: RwSignal<bool>) -> Html {
    let moments: Vec<_> =
        loaded.iter().filter_map(|run| Some((stands_at(run)?, runs::reading::summary::OutcomeGroup::of(run.status.kind)))).collect();
    let now = clock::now();
    let asked = match history.address.with(|address| address.filter.at(now).created) {
        Created::Between(from, to) => (from, to),
        _ => (None, None),
    };
    let (oldest, newest) = (moments.iter().map(|(at, _)| *at).min(), moments.iter().map(|(at, _)| *at).max());
    let (Some(oldest), Some(newest)) = (oldest, newest) else {
        return view! { <div class="sl-hist"><p class="sl-sm sl-2">{t().summary.nothing_drawn}</p></div> };
    };
    let first = asked.0.filter(|_| shown.whole).map_or(oldest, |from| from.min(oldest));
    let end = if history.list.first_page.get() { asked.1.map_or(now, |to| to.min(now)) } else { newest };
    let bars = runs::reading::summary::histogram(&moments, first, end.max(newest), &|at| clock::local(at).offset);
    chart(&bars, end >= now, shown.basis(Basis::Loaded), twin)
}
