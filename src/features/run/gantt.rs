use super::state::RunState;
use crate::platform::clock;
use crate::platform::press::Press;
use crate::prelude::*;
use crate::routes;
use crate::strings::t;
use crate::ui::{Glyph, Icon, status_icon};
use runs::model::{RunDetail, RunError, StepCounts};
use runs::reading::timeline;
use runs::reading::timeline::{Bar, GanttOptions, Holding, Row, RowKind, Side, Tick};
use std::collections::BTreeSet;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// Rows drawn at once; the rest comes on request.
const ROWS: usize = 100;

/// The steps as they are drawn now.
#[derive(Clone)]
struct Chart {
    detail: Arc<RunDetail>,
    drawn: Arc<timeline::Gantt>,
}

/// The chart while time goes on.
type Moving = Memo<Option<Chart>>;

fn chart(state: RunState, fold: RwSignal<bool>, toggled: RwSignal<BTreeSet<String>>) -> Moving {
    let steps = state.part(|before, now| before.steps == now.steps);
    Memo::new_owning(move |before: Option<Option<Chart>>| {
        let Some(detail) = steps.get() else { return (None, true) };
        let begin = detail.run.started_at.or(detail.run.created_at);
        let options = GanttOptions { begin, fold: fold.get(), toggled: toggled.get(), reveal: state.step.get() };
        let drawn = timeline::gantt(&detail.steps, state.until.get(), &options);
        match before.flatten().filter(|before| Arc::ptr_eq(&before.detail, &detail) && *before.drawn == drawn) {
            Some(before) => (Some(before), false),
            None => (Some(Chart { detail, drawn: Arc::new(drawn) }), true),
        }
    })
}

/// The chart but for what time alone moves.
fn still(chart: Moving) -> Moving {
    let like = |before: &Chart, now: &Chart| {
        let (rows, others) = (&before.drawn.rows, &now.drawn.rows);
        Arc::ptr_eq(&before.detail, &now.detail)
            && rows.len() == others.len()
            && rows.iter().zip(others).all(|(row, other)| row.is_like(other))
    };
    Memo::new_owning(move |before: Option<Option<Chart>>| match (before.flatten(), chart.get()) {
        (Some(before), Some(now)) if like(&before, &now) => (Some(before), false),
        (_, now) => (now, true),
    })
}

/// The steps on one time axis: tries, loops and waiting told apart.
#[component]
pub fn Gantt(state: RunState, fold: RwSignal<bool>) -> Html {
    let words = t().run;
    let toggled = RwSignal::new(BTreeSet::<String>::new());
    let shown = RwSignal::new(ROWS);
    let moving = chart(state, fold, toggled);
    let chart = still(moving);
    let toggle = move |id: String| {
        toggled.update(|toggled| {
            if !toggled.remove(&id) {
                toggled.insert(id);
            }
        });
    };
    // A linked step is drawn however far down it is.
    let limit = Memo::new(move |_| {
        let selected = state.step.get();
        let linked = |chart: &Chart| chart.drawn.rows.iter().position(|row| is_selected(row, &chart.detail, selected.as_deref()));
        let at = chart.with(|chart| chart.as_ref().and_then(linked)).unwrap_or(0);
        shown.get().max(at + 1)
    });
    let drawn = move || {
        let Chart { detail, drawn } = chart.get()?;
        if drawn.rows.is_empty() {
            return Some(view! { <p class="sl-panel__body sl-sm sl-2">{words.no_steps}</p> });
        }
        let limit = limit.get();
        let more = drawn.rows.len().saturating_sub(limit);
        let rows: Vec<_> = (0..drawn.rows.len().min(limit)).map(|at| draw(state, &detail, &drawn, moving, at, toggle)).collect();
        Some(view! {
            <div class="sl-gantt" role="group" aria-label=words.gantt on:keydown=move |press| keys(&press, toggle)>
                {axis(moving)}
                {breaks(moving)}
                {rows}
            </div>
            {drawn.in_sequence.then(|| view! { <p class="sl-panel__body sl-xs sl-2">{(words.in_sequence)(state.vendor())}</p> })}
            {(more > 0).then(|| view! {
                <p class="sl-panel__body">
                    <button type="button" class="sl-btn" on:click=move |_| shown.update(|shown| *shown += ROWS)>{(words.show_more)(more.min(ROWS))}</button>
                </p>
            })}
        })
    };
    let steps = state.part(|before, now| before.steps == now.steps);
    view! {
        <div>
            <div class="sl-panel__head sl-panel__head--rule">
                <h2>{words.steps}</h2>
                <span class="sl-xs sl-2">{move || steps.get().map(|detail| summary(&detail))}</span>
            </div>
            {drawn}
        </div>
    }
}

/// What is read of the chart as it is now.
fn now<T>(moving: Moving, read: impl FnOnce(&timeline::Gantt) -> Option<T>) -> Option<T> {
    moving.with(|chart| read(&chart.as_ref()?.drawn))
}

/// The times over the rows.
fn axis(moving: Moving) -> Html {
    let texts = Memo::new(move |_| {
        let text = |tick: &Tick| {
            if tick.absolute { (t().shared.clock)(clock::local(tick.at)) } else { format!("+{}", (t().shared.duration)(tick.offset_ms)) }
        };
        now(moving, |chart| Some(chart.ticks.iter().map(text).collect::<Vec<_>>())).unwrap_or_default()
    });
    let tick = move |(at, text): (usize, String)| {
        let x = move || now(moving, |chart| Some(percent(chart.ticks.get(at)?.x)));
        view! { <span style:--x=x>{text}</span> }
    };
    view! {
        <div class="sl-gx" aria-hidden="true">
            <span>{t().run.column_step}</span>
            <span>{move || texts.get().into_iter().enumerate().map(tick).collect::<Vec<_>>()}</span>
        </div>
    }
}

/// Where time is left out.
fn breaks(moving: Moving) -> Html {
    let count = Memo::new(move |_| now(moving, |chart| Some(chart.breaks.len())).unwrap_or(0));
    let cut = move |at: usize| {
        let place = move || now(moving, |chart| Some(format!("{:.4}", chart.breaks.get(at)?.x)));
        let title = move || now(moving, |chart| Some((t().run.folded)(&(t().shared.duration)(chart.breaks.get(at)?.millis))));
        view! { <div class="sl-gbreak" style:--at=place title=title aria-hidden="true"></div> }
    };
    live(move || (0..count.get()).map(cut).collect::<Vec<_>>())
}

fn is_selected(row: &Row, detail: &RunDetail, step: Option<&str>) -> bool {
    let Some(step) = step else { return false };
    row.id == step || row.tries.iter().filter_map(|at| detail.steps.get(*at)).any(|tried| tried.id == step)
}

fn summary(detail: &RunDetail) -> String {
    let words = t().run;
    let counts = (words.steps_summary)(StepCounts::of(&detail.steps, detail.run.attempt));
    if detail.steps_cut { format!("{}: {counts}", (words.steps_cut)(detail.steps.len())) } else { counts }
}

fn percent(share: f64) -> String {
    format!("{:.3}%", share * 100.0)
}

fn name_of(row: &Row, detail: &RunDetail) -> String {
    let step = row.step.and_then(|at| detail.steps.get(at));
    let name = step.map(|step| step.name.clone()).or_else(|| row.name.clone()).unwrap_or_default();
    match row.kind {
        RowKind::Range { first, last } => (t().run.iterations)(first, last),
        RowKind::Iteration { number } if name.is_empty() => (t().run.iterations)(number, number),
        RowKind::Iteration { number } => format!("{} · {name}", (t().run.iterations)(number, number)),
        RowKind::Step | RowKind::Loop { .. } => name,
    }
}

fn draw(
    state: RunState,
    detail: &Arc<RunDetail>,
    drawn: &Arc<timeline::Gantt>,
    moving: Moving,
    at: usize,
    toggle: impl Fn(String) + Copy + 'static,
) -> Option<Html> {
    let row = drawn.rows.get(at)?;
    let id = row.id.clone();
    let status = row.status;
    let icon = view! { <Glyph icon=status_icon(status) label=(t().shared.status)(status) /> };
    let small = match row.kind {
        RowKind::Loop { iterations } if iterations > 0 => Some(format!("{iterations}×")),
        _ if row.tries.len() > 1 => Some((t().run.tries)(row.tries.len() as u32)),
        _ => None,
    };
    // What kind of step it is gives way to its name where there is little room.
    let step_kind = row.step.and_then(|at| detail.steps.get(at)).and_then(|step| step.kind.clone()).filter(|_| small.is_none());
    let folds = row.open.map(|open| {
        let id = id.clone();
        view! {
            <span
                class="sl-g__fold"
                aria-hidden="true"
                on:click=move |event: web_sys::MouseEvent| {
                    event.prevent_default();
                    event.stop_propagation();
                    toggle(id.clone());
                }
            >
                <Glyph icon=if open { Icon::Down } else { Icon::Right } small=true flip=true />
            </span>
        }
    });
    let bar = |(place, bar): (usize, &Bar)| {
        let share = move |read: fn(&Bar) -> f64| move || now(moving, |chart| Some(percent(read(chart.rows.get(at)?.bars.get(place)?))));
        view! { <span class="sl-g__b" data-k=bar.kind.word() style:--x=share(|bar| bar.x) style:--w=share(|bar| bar.w)></span> }
    };
    let bars: Vec<_> = row.bars.iter().enumerate().map(bar).collect();
    let href = routes::step_fragment(&id);
    let mut title = name_of(row, detail);
    if let Some(error) = failed(row, detail) {
        title.push('\n');
        title.push_str(&runs::wire::error::bounded(&console::text::readable::readable(&error.message)));
    }
    let (of, chart) = (Arc::clone(detail), Arc::clone(drawn));
    let selected = move || {
        let step = state.step.get();
        chart.rows.get(at).is_some_and(|row| is_selected(row, &of, step.as_deref())).then_some("true")
    };
    Some(view! {
        <a
            class="sl-g"
            id=format!("step={id}")
            href=href
            data-row=id
            aria-current=selected
            title=title
            aria-expanded=row.open.map(|open| open.to_string())
        >
            <span class="sl-g__n" data-tone=status.tone().word() style:--d=row.depth.to_string()>
                {folds}
                {icon}
                <bdi>{name_of(row, detail)}</bdi>
                {small.map(|small| view! { <small><bdi>{small}</bdi></small> })}
                {step_kind.map(|kind| view! { <small class="sl-g__kind" title=kind.clone()><bdi>{kind}</bdi></small> })}
            </span>
            <span class="sl-g__t">{bars}{label(row, detail, moving, at)}</span>
        </a>
    })
}

fn failed<'a>(row: &Row, detail: &'a RunDetail) -> Option<&'a RunError> {
    row.tries.iter().filter_map(|at| detail.steps.get(*at)).filter_map(|step| step.error.as_ref()).next_back()
}

fn label(row: &Row, detail: &RunDetail, moving: Moving, at: usize) -> Option<Html> {
    if row.label.side == Side::Hidden {
        return None;
    }
    let lasted = move || now(moving, |chart| chart.rows.get(at)?.lasted_ms.map(t().shared.duration)).unwrap_or_default();
    let failed = failed(row, detail);
    let words = match row.holding {
        Some(Holding::Everything) => view! { <strong>{move || (t().run.everything_waits)(&lasted())}</strong> },
        _ => match failed {
            Some(error) if row.status.tone() == runs::model::status::Tone::Fail => {
                view! { {lasted}" · "<bdi class="bad">{runs::wire::error::bounded(&console::text::readable::readable(&error.message))}</bdi> }
            }
            _ => view! { {lasted} },
        },
    };
    let before = (row.label.side == Side::Before).then_some("");
    let x = move || now(moving, |chart| Some(percent(chart.rows.get(at)?.label.x)));
    Some(view! { <span class="sl-g__l" data-before=before style:--x=x>{words}</span> })
}

/// Up and Down move, Left folds, Right unfolds, `f` goes to the next failure.
fn keys(press: &Press, toggle: impl Fn(String)) {
    let Some(row) = press
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|target| target.closest("a.sl-g").ok().flatten())
    else {
        return;
    };
    let next = match press.key() {
        "ArrowDown" => row.next_element_sibling(),
        "ArrowUp" => row.previous_element_sibling(),
        key @ ("ArrowLeft" | "ArrowRight") => {
            let wanted = if key == "ArrowLeft" { "true" } else { "false" };
            if row.get_attribute("aria-expanded").as_deref() == Some(wanted) {
                press.take();
                toggle(row.get_attribute("data-row").unwrap_or_default());
            }
            return;
        }
        "f" if press.is_plain() => {
            let mut next = row.next_element_sibling();
            while let Some(row) = &next
                && row.query_selector(".sl-g__n[data-tone=fail]").ok().flatten().is_none()
            {
                next = row.next_element_sibling();
            }
            next
        }
        _ => return,
    };
    if let Some(next) = next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()).filter(|next| next.class_name() == "sl-g") {
        press.take();
        next.focus().ok();
    }
}
