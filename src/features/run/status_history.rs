use super::state::RunState;
use crate::platform::clock;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, Moment, StatusLabel, status_words};
use runs::model::RunDetail;
use runs::reading::timeline::{Section, SegKind, Segment, StatusBar, Transition, status_segments};
use runs::{StatusKind, Timestamp};
use std::sync::Arc;

/// Narrower segments have no label of their own, as a share of the bar.
const LABELLED: f64 = 0.11;
/// The signs of a time that has room under such a segment; one with an offset is longer.
const TICK_CHARS: f64 = 8.0;

/// The run's statuses as segments with the time in each, and the same as a table.
#[component]
pub fn StatusHistory(state: RunState, fold: RwSignal<bool>) -> Html {
    let words = t().run;
    let history = state.part(|before, now| before.history == now.history && before.history_derived == now.history_derived);
    let is_final = state.is_final();
    let bar = Memo::new(move |_| {
        let bar = |detail: &Arc<RunDetail>| status_segments(&detail.history, state.until.get(), is_final.get(), fold.get());
        history.with(|detail| detail.as_ref().map(bar)).unwrap_or_default()
    });
    let spent = state.spent();
    let waited = Memo::new(move |_| {
        let duration = t().shared.duration;
        let spent = spent.get().filter(|spent| spent.waiting_ms > 0)?;
        Some((words.waited_of)(&duration(spent.waiting_ms), &duration(spent.all_ms)))
    });
    let derived = move || history.with(|detail| detail.as_ref().is_some_and(|detail| detail.history_derived));
    view! {
        <div class="sl-panel__head sl-panel__head--flush">
            <h2>{words.status_history}</h2>
            {move || waited.with(Option::is_some).then(|| view! { <span class="sl-xs sl-2">{move || waited.get()}</span> })}
            <span class="sl-push"></span>
            <button type="button" class="sl-btn sl-btn--sm" aria-pressed=move || fold.get().to_string() on:click=move |_| fold.update(|fold| *fold = !*fold)>
                {words.fold}
            </button>
        </div>
        <div class="sl-panel__body sl-stack">
            {segments(bar, is_final)}
            {move || derived().then(|| view! { <p class="sl-xs sl-2">{(words.history_derived)(state.vendor())}</p> })}
            <details class="sl-fold">
                <summary><Glyph icon=Icon::Right small=true flip=true />{words.as_table}</summary>
                {table(bar)}
            </details>
        </div>
    }
}

/// What of a segment stays while time goes on.
#[derive(Clone, PartialEq)]
struct Look {
    one: Segment,
    /// Its label fits.
    inside: bool,
    /// The time of its start fits under it.
    ticked: bool,
}

impl Look {
    fn of(one: &Segment) -> Self {
        let inside = one.kind == SegKind::Fold || one.share >= LABELLED;
        let chars = (t().shared.clock)(clock::local(one.from)).chars().count() as f64;
        let ticked = one.kind != SegKind::Fold && one.part != Section::Tail && one.share >= LABELLED * (chars / TICK_CHARS).max(1.0);
        let (from, to) = (Timestamp(0), Timestamp(0));
        Self { one: Segment { from, to, millis: 0, stretch_ms: 0, share: 0.0, ..one.clone() }, inside, ticked }
    }
}

fn segments(bar: Memo<StatusBar>, is_final: Memo<bool>) -> Html {
    let looks = Memo::new(move |_| bar.with(|bar| bar.segments.iter().map(Look::of).collect::<Vec<_>>()));
    let items = move || {
        let looks = looks.get();
        let last = looks.len().saturating_sub(1);
        looks.into_iter().enumerate().map(|(at, look)| segment(bar, at, look, (at == last).then_some(is_final))).collect::<Vec<_>>()
    };
    view! { <ol class="sl-tl" aria-label=t().run.status_history>{items}</ol> }
}

/// `last`: where the bar ends, and whether the run does.
fn segment(bar: Memo<StatusBar>, at: usize, look: Look, last: Option<Memo<bool>>) -> Html {
    let words = t().run;
    let Look { one, inside, ticked } = look;
    let now = move |read: fn(&Segment) -> String| bar.with(|bar| bar.segments.get(at).map(read)).unwrap_or_default();
    let tick = ticked.then(|| {
        let from = move || now(|one| (t().shared.clock)(clock::local(one.from)));
        view! { <span class="sl-tl__tick"><b>{status_words(&one.status)}</b>{from}</span> }
    });
    let end = last.map(|is_final| {
        let name = move || if is_final.get() { words.end } else { words.now };
        let to = move || now(|one| (t().shared.clock)(clock::local(one.to)));
        view! { <span class="sl-tl__tick" data-end=""><b>{name}</b>{to}</span> }
    });
    let class = if inside { "sl-cut" } else { "sl-tl__vh" };
    let why = move || now(|one| one.why.as_ref().map_or_else(|| label(one), |why| format!("{}\n{why}", label(one))));
    view! {
        <li style:--w=move || now(|one| format!("{:.4}", one.share)) data-fold=(one.kind == SegKind::Fold).then_some("")>
            <span class="sl-tl__seg" data-k=one.kind.word() title=why><span class=class>{move || now(label)}</span></span>
            {tick}
            {end}
        </li>
    }
}

fn label(one: &Segment) -> String {
    let words = t().run;
    if one.kind == SegKind::Fold {
        (words.folded)(&(t().shared.duration)(one.millis))
    } else if one.part == Section::Tail {
        (words.still)(&status_words(&one.status))
    } else {
        format!("{} {}", status_words(&one.status), (t().shared.duration)(one.stretch_ms))
    }
}

fn table(bar: Memo<StatusBar>) -> Html {
    let words = t().run;
    let changes = Memo::new(move |_| {
        let still = |row: &Transition| Transition { lasted: None, ..row.clone() };
        bar.with(|bar| bar.rows.iter().map(still).collect::<Vec<_>>())
    });
    let kinds = Memo::new(move |_| bar.with(|bar| bar.totals.per_status.iter().map(|(kind, _)| *kind).collect::<Vec<_>>()));
    let row = move |(at, row): (usize, Transition)| {
        let lasted =
            move || bar.with(|bar| bar.rows.get(at).and_then(|row| row.lasted)).map_or(t().shared.none.to_owned(), t().shared.duration);
        view! {
            <tr>
                <td><StatusLabel status=row.status /></td>
                <td data-l=words.column_from><Moment at=row.from /></td>
                <td class="sl-num" data-l=words.column_lasted>{lasted}</td>
                <td><bdi>{row.why}</bdi></td>
            </tr>
        }
    };
    let total = move |(at, kind): (usize, StatusKind)| {
        let time = move || bar.with(|bar| bar.totals.per_status.get(at).map(|(_, time)| (t().shared.duration)(*time)));
        view! { <div><dt>{(t().shared.status)(kind)}</dt><dd>{time}</dd></div> }
    };
    view! {
        <table class="sl-grid sl-grid--stack">
            <thead>
                <tr>
                    <th scope="col">{words.column_status}</th>
                    <th scope="col">{words.column_from}</th>
                    <th scope="col" class="sl-num">{words.column_lasted}</th>
                    <th scope="col">{words.column_why}</th>
                </tr>
            </thead>
            <tbody>{move || changes.get().into_iter().enumerate().map(row).collect::<Vec<_>>()}</tbody>
        </table>
        <h3>{words.totals}</h3>
        <dl class="sl-facts">{move || kinds.get().into_iter().enumerate().map(total).collect::<Vec<_>>()}</dl>
    }
}
