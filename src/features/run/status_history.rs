use super::view::View;
use crate::platform::clock;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, Moment, StatusLabel, status_words};
use runs::timeline::{Part, SegKind, Segment, StatusBar, status_segments};

/// Narrower segments have no label and no tick of their own, as a share of the bar.
const LABELLED: f64 = 0.11;

/// The run's statuses as segments with the time in each, and the same as a table.
#[component]
pub fn StatusHistory(view: View, fold: RwSignal<bool>) -> Html {
    let words = t().run;
    let bar = move || {
        view.detail().map(|detail| {
            let is_final = detail.run.status.kind.is_final();
            (status_segments(&detail.history, view.until(&detail.run), is_final, fold.get()), is_final)
        })
    };
    let derived = move || view.detail().is_some_and(|detail| detail.history_derived);
    view! {
        <div class="sl-panel__head sl-panel__head--flush">
            <h2>{words.status_history}</h2>
            {move || bar().filter(|(bar, _)| bar.totals.waiting_ms > 0).map(|(bar, _)| {
                let duration = t().shared.duration;
                view! { <span class="sl-xs sl-2">{(words.waited_of)(&duration(bar.totals.waiting_ms), &duration(bar.totals.total_ms))}</span> }
            })}
            <span class="sl-push"></span>
            <button type="button" class="sl-btn sl-btn--sm" aria-pressed=move || fold.get().to_string() on:click=move |_| fold.update(|fold| *fold = !*fold)>
                {words.fold}
            </button>
        </div>
        <div class="sl-panel__body sl-stack">
            {move || bar().map(|(bar, is_final)| segments(&bar, is_final))}
            {move || derived().then(|| view! { <p class="sl-xs sl-2">{(words.history_derived)(view.vendor())}</p> })}
            <details class="sl-fold">
                <summary><Glyph icon=Icon::Right small=true flip=true />{words.as_table}</summary>
                {move || bar().map(|(bar, _)| table(&bar))}
            </details>
        </div>
    }
}

fn segments(bar: &StatusBar, is_final: bool) -> Html {
    let words = t().run;
    let last = bar.segments.len().saturating_sub(1);
    let items: Vec<_> = bar.segments.iter().enumerate().map(|(at, one)| segment(one, at == last, is_final)).collect();
    view! { <ol class="sl-tl" aria-label=words.status_history>{items}</ol> }
}

fn segment(one: &Segment, last: bool, is_final: bool) -> Html {
    let words = t().run;
    let cut = one.kind == SegKind::Fold;
    let label = if cut {
        (words.folded)(&(t().shared.duration)(one.millis))
    } else if one.part == Part::Tail {
        (words.still)(&status_words(&one.status))
    } else {
        format!("{} {}", status_words(&one.status), (t().shared.duration)(one.stretch_ms))
    };
    let inside = cut || one.share >= LABELLED;
    let clock = |at| (t().shared.clock)(clock::local(at));
    let tick = (!cut && inside && one.part != Part::Tail)
        .then(|| view! { <span class="sl-tl__tick"><b>{status_words(&one.status)}</b>{clock(one.from)}</span> });
    let end = last.then(|| {
        let name = if is_final { words.end } else { words.now };
        view! { <span class="sl-tl__tick" data-end=""><b>{name}</b>{clock(one.to)}</span> }
    });
    let class = if inside { "sl-cut" } else { "sl-tl__vh" };
    let why = one.why.as_ref().map_or_else(|| label.clone(), |why| format!("{label}\n{why}"));
    view! {
        <li style:--w=format!("{:.4}", one.share) data-fold=cut.then_some("")>
            <span class="sl-tl__seg" data-k=one.kind.word() title=why><span class=class>{label}</span></span>
            {tick}
            {end}
        </li>
    }
}

fn table(bar: &StatusBar) -> Html {
    let words = t().run;
    let duration = |lasted: Option<u64>| lasted.map_or(t().shared.none.to_owned(), t().shared.duration);
    let rows: Vec<_> = bar
        .rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <td><StatusLabel status=row.status.clone() /></td>
                    <td data-l=words.column_from><Moment at=row.from /></td>
                    <td class="sl-num" data-l=words.column_lasted>{duration(row.lasted)}</td>
                    <td><bdi>{row.why.clone()}</bdi></td>
                </tr>
            }
        })
        .collect();
    let totals: Vec<_> = bar
        .totals
        .per_status
        .iter()
        .map(|(kind, time)| view! { <div><dt>{(t().shared.status)(*kind)}</dt><dd>{(t().shared.duration)(*time)}</dd></div> })
        .collect();
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
            <tbody>{rows}</tbody>
        </table>
        <h3>{words.totals}</h3>
        <dl class="sl-facts">{totals}</dl>
    }
}
