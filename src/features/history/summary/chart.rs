use crate::platform::clock;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use leptos::html::Details;
use runs::Timestamp;
use runs::reading::summary::{Bar, OutcomeGroup};

/// The drawing's own units; it is stretched to the room there is.
const HEIGHT: u64 = 52;
const SLOT: u64 = 20;
const WIDTH: u64 = 18;
/// What happened is to be seen, however little it was.
const LEAST: u64 = 2;

/// From the line up; failures hang below it.
const STACK: [(OutcomeGroup, &str); 4] = [
    (OutcomeGroup::Succeeded, "h-ok"),
    (OutcomeGroup::Other, "h-idle"),
    (OutcomeGroup::UnderWay, "h-run"),
    (OutcomeGroup::Waiting, "h-wait"),
];
const LEGEND: [(OutcomeGroup, &str); 5] = [
    (OutcomeGroup::Succeeded, "ok"),
    (OutcomeGroup::Waiting, "wait"),
    (OutcomeGroup::UnderWay, "run"),
    (OutcomeGroup::Failed, "fail"),
    (OutcomeGroup::Other, "idle"),
];
const MINUTE: u64 = 60_000;
const DAY: u64 = 86_400_000;

/// Runs over time as bars, and the same as a table, which stays open while the strip is drawn anew.
pub fn chart(bars: &[Bar], to_now: bool, basis: String, twin: RwSignal<bool>) -> Html {
    let words = t().summary;
    let details = NodeRef::<Details>::new();
    let up = |bar: &Bar| bar.counts.all() - bar.counts.get(OutcomeGroup::Failed);
    let highest = bars.iter().map(up).max().unwrap_or(0);
    let deepest = bars.iter().map(|bar| bar.counts.get(OutcomeGroup::Failed)).max().unwrap_or(0);
    // Both sides have the same scale; the least heights need some room beyond it.
    let room = HEIGHT - 2 - LEAST * STACK.len() as u64;
    let unit = |count: u64| (count * room / (highest + deepest).max(1)).max(if count > 0 { LEAST } else { 0 });
    let line = bars.iter().map(|bar| STACK.iter().map(|(became, ..)| unit(bar.counts.get(*became))).sum::<u64>()).max().unwrap_or(0) + 1;
    let drawn: Vec<Html> = bars.iter().enumerate().flat_map(|(at, bar)| rects(at as u64 * SLOT, bar, line, &unit)).collect();
    let width = bars.len() as u64 * SLOT;
    let bottom = (line + unit(deepest) + 2).max(HEIGHT);
    let total = |became: OutcomeGroup| bars.iter().map(|bar| bar.counts.get(became)).sum::<u64>();
    let legend: Vec<Html> = LEGEND
        .into_iter()
        .filter(|(became, _)| *became != OutcomeGroup::Other || total(OutcomeGroup::Other) > 0)
        .map(|(became, key)| view! { <span class="sl-key" data-k=key>{(words.became)(became)}</span> })
        .collect();
    let peak = bars.iter().max_by_key(|bar| bar.counts.all());
    let all: u64 = OutcomeGroup::ALL.into_iter().map(total).sum();
    let most = peak.map(|bar| (words.peak)(bar.counts.all(), &at(bar.from, bar)));
    let said = (words.drawing)(all, &most.unwrap_or_default(), total(OutcomeGroup::Failed), total(OutcomeGroup::Waiting));
    view! {
        <div class="sl-hist">
            <div class="sl-hist__top">{legend}<span class="sl-push"></span><span class="sl-stat__b">{basis}</span></div>
            <svg viewBox=format!("0 0 {width} {bottom}") preserveAspectRatio="none" role="img" aria-label=said>
                <defs>
                    <pattern id="summary-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                        <rect class="h-stripe-bg" width="6" height="6"></rect>
                        <path class="h-stripe" d="M1 0v6"></path>
                    </pattern>
                </defs>
                {drawn}
                <path class="h-base" d=format!("M0 {line}H{width}") vector-effect="non-scaling-stroke"></path>
            </svg>
            {axis(bars, to_now)}
        </div>
        <details
            class="sl-fold sl-sum__table"
            node_ref=details
            open=twin.get_untracked()
            on:toggle=move |_| twin.set(details.get_untracked().is_some_and(|details| details.open()))
        >
            <summary><Glyph icon=Icon::Right small=true flip=true />{words.as_table}</summary>
            {table(bars)}
        </details>
    }
}

fn rects(x: u64, bar: &Bar, line: u64, unit: &dyn Fn(u64) -> u64) -> Vec<Html> {
    let words = t().summary;
    let mut top = line;
    let mut all = Vec::new();
    let mut rect = |became: OutcomeGroup, class: &'static str, y: u64, height: u64| {
        let title = (words.bar)(&at(bar.from, bar), &at(bar.to, bar), (words.became)(became), bar.counts.get(became));
        let fill = (became == OutcomeGroup::Waiting).then_some("url(#summary-hatch)");
        all.push(view! {
            <rect class=class fill=fill x=(x + 1).to_string() y=y.to_string() width=WIDTH.to_string() height=height.to_string()>
                <title>{title}</title>
            </rect>
        });
    };
    for (became, class) in STACK {
        let height = unit(bar.counts.get(became));
        if height > 0 {
            top = top.saturating_sub(height);
            rect(became, class, top, height);
        }
    }
    let failed = unit(bar.counts.get(OutcomeGroup::Failed));
    if failed > 0 {
        rect(OutcomeGroup::Failed, "h-fail", line + 1, failed);
    }
    all
}

/// A moment, as exactly as the bars are wide.
fn at(moment: Timestamp, bar: &Bar) -> String {
    let (local, today) = (clock::local(moment), clock::local(clock::now()));
    let wide = bar.to.since(bar.from);
    match wide {
        // The shortest day of a year is not shorter than this.
        wide if wide >= DAY - 120 * MINUTE => (t().summary.day)(local, today),
        wide if wide < MINUTE => (t().summary.second)(local, today),
        _ => (t().summary.minute)(local, today),
    }
}

/// Five moments under the bars, fewer where there is no room.
fn axis(bars: &[Bar], to_now: bool) -> Html {
    let mark = |quarter: usize| {
        let text = match (quarter, bars.get(bars.len() * quarter / 4), bars.last()) {
            (4, _, Some(_)) if to_now => t().summary.now.to_owned(),
            (4, _, Some(bar)) => at(bar.to, bar),
            (_, Some(bar), _) => at(bar.from, bar),
            _ => String::new(),
        };
        let class = if quarter % 2 == 1 { "sl-not-c" } else { "" };
        view! { <span class=class>{text}</span> }
    };
    let quarters: Vec<usize> = if bars.len() < 8 { vec![0, 4] } else { (0..=4).collect() };
    view! { <div class="sl-hist__ax" aria-hidden="true">{quarters.into_iter().map(mark).collect::<Vec<_>>()}</div> }
}

/// Each bar that has runs, as a row.
fn table(bars: &[Bar]) -> Html {
    let words = t().summary;
    let heads: Vec<Html> =
        OutcomeGroup::ALL.into_iter().map(|became| view! { <th scope="col" class="sl-num">{(words.became)(became)}</th> }).collect();
    let rows: Vec<Html> = bars
        .iter()
        .filter(|bar| bar.counts.all() > 0)
        .map(|bar| {
            let counts: Vec<Html> = OutcomeGroup::ALL
                .into_iter()
                .map(|became| view! { <td class="sl-num">{(t().shared.count)(bar.counts.get(became))}</td> })
                .collect();
            view! {
                <tr>
                    <th scope="row"><time datetime=clock::iso_local(bar.from)>{at(bar.from, bar)}</time></th>
                    <td><time datetime=clock::iso_local(bar.to)>{at(bar.to, bar)}</time></td>
                    {counts}
                </tr>
            }
        })
        .collect();
    view! {
        <div class="sl-sum__scroll" tabindex="0" role="region" aria-label=words.over_time>
            <table class="sl-grid" aria-label=words.over_time>
                <thead><tr><th scope="col">{words.from}</th><th scope="col">{words.until}</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
