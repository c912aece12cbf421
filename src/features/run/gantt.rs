use super::view::View;
use crate::platform::clock;
use crate::platform::press::Press;
use crate::prelude::*;
use crate::routes;
use crate::strings::t;
use crate::ui::{Glyph, Icon, status_icon};
use runs::StatusKind;
use runs::model::{RunDetail, RunError, Step};
use runs::timeline::{self, GanttOptions, Holding, Row, RowKind, Side};
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;

/// Rows drawn at once; the rest comes on request.
const ROWS: usize = 100;

/// The steps on one time axis: tries, loops and waiting told apart.
#[component]
pub fn Gantt(view: View, fold: RwSignal<bool>) -> Html {
    let words = t().run;
    let toggled = RwSignal::new(BTreeSet::<String>::new());
    let shown = RwSignal::new(ROWS);
    let chart = move || {
        view.detail().map(|detail| {
            let options = GanttOptions { fold: fold.get(), toggled: toggled.get(), reveal: view.step.get() };
            let chart = timeline::gantt(&detail.steps, view.until(&detail.run), &options);
            (detail, chart)
        })
    };
    let toggle = move |id: String| {
        toggled.update(|toggled| {
            if !toggled.remove(&id) {
                toggled.insert(id);
            }
        });
    };
    let drawn = move || {
        let (detail, chart) = chart()?;
        if chart.rows.is_empty() {
            return Some(view! { <p class="sl-panel__body sl-sm sl-2">{words.no_steps}</p> });
        }
        let selected = view.step.get();
        // A linked step is drawn however far down it is.
        let at = chart.rows.iter().position(|row| is_selected(row, &detail, selected.as_deref())).unwrap_or(0);
        let limit = shown.get().max(at + 1);
        let more = chart.rows.len().saturating_sub(limit);
        let rows: Vec<_> =
            chart.rows.iter().take(limit).map(|row| draw(row, &detail, is_selected(row, &detail, selected.as_deref()), toggle)).collect();
        let axis: Vec<_> = chart
            .ticks
            .iter()
            .map(|tick| {
                let text = if tick.absolute {
                    (t().shared.clock)(clock::local(tick.at))
                } else {
                    format!("+{}", (t().shared.duration)(tick.offset_ms))
                };
                view! { <span style:--x=percent(tick.x)>{text}</span> }
            })
            .collect();
        let breaks: Vec<_> = chart
            .breaks
            .iter()
            .map(|cut| view! { <div class="sl-gbreak" style:--at=format!("{:.4}", cut.x) title=(words.folded)(&(t().shared.duration)(cut.millis)) aria-hidden="true"></div> })
            .collect();
        Some(view! {
            <div class="sl-gantt" role="group" aria-label=words.gantt on:keydown=move |press| keys(&press, toggle)>
                <div class="sl-gx" aria-hidden="true"><span>{words.column_step}</span><span>{axis}</span></div>
                {breaks}
                {rows}
            </div>
            {(more > 0).then(|| view! {
                <p class="sl-panel__body">
                    <button type="button" class="sl-btn" on:click=move |_| shown.update(|shown| *shown += ROWS)>{(words.show_more)(more.min(ROWS))}</button>
                </p>
            })}
        })
    };
    view! {
        <div>
            <div class="sl-panel__head sl-panel__head--rule">
                <h2>{words.steps}</h2>
                <span class="sl-xs sl-2">{move || view.detail().map(|detail| summary(&detail.steps))}</span>
            </div>
            {drawn}
        </div>
    }
}

fn is_selected(row: &Row, detail: &RunDetail, step: Option<&str>) -> bool {
    let Some(step) = step else { return false };
    row.id == step || row.tries.iter().filter_map(|at| detail.steps.get(*at)).any(|tried| tried.id == step)
}

pub fn summary(steps: &[Step]) -> String {
    let count = |wanted: fn(StatusKind) -> bool| steps.iter().filter(|step| wanted(step.status.kind)).count();
    let done =
        count(|kind| matches!(kind, StatusKind::Completed | StatusKind::CompletedEdited | StatusKind::Approved | StatusKind::Skipped));
    let failed = count(|kind| matches!(kind, StatusKind::Failed | StatusKind::TimedOut | StatusKind::Rejected));
    let waiting = count(|kind| kind == StatusKind::Waiting);
    (t().run.steps_summary)(done, failed, waiting, steps.len() - done - failed - waiting)
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

fn draw(row: &Row, detail: &RunDetail, selected: bool, toggle: impl Fn(String) + Copy + 'static) -> Html {
    let id = row.id.clone();
    let status = row.status;
    let icon = view! { <Glyph icon=status_icon(status) label=(t().shared.status)(status) /> };
    let small = match row.kind {
        RowKind::Loop { iterations } if iterations > 0 => Some(format!("{iterations}×")),
        _ if row.tries.len() > 1 => Some((t().run.tries)(row.tries.len() as u32)),
        _ => row.step.and_then(|at| detail.steps.get(at)).and_then(|step| step.kind.clone()),
    };
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
    let bars: Vec<_> = row
        .bars
        .iter()
        .map(|bar| view! { <span class="sl-g__b" data-k=bar.kind.word() style:--x=percent(bar.x) style:--w=percent(bar.w)></span> })
        .collect();
    let href = routes::step_fragment(&id);
    let mut title = name_of(row, detail);
    if let Some(error) = failed(row, detail) {
        title.push_str("\n");
        title.push_str(&runs::error::bounded(&error.message));
    }
    view! {
        <a
            class="sl-g"
            id=format!("step={id}")
            href=href
            data-row=id
            aria-current=selected.then_some("true")
            title=title
            aria-expanded=row.open.map(|open| open.to_string())
        >
            <span class="sl-g__n" data-tone=status.tone().word() style:--d=row.depth.to_string()>
                {folds}
                {icon}
                <bdi>{name_of(row, detail)}</bdi>
                {small.map(|small| view! { <small><bdi>{small}</bdi></small> })}
            </span>
            <span class="sl-g__t">{bars}{label(row, detail)}</span>
        </a>
    }
}

fn failed<'a>(row: &Row, detail: &'a RunDetail) -> Option<&'a RunError> {
    row.tries.iter().filter_map(|at| detail.steps.get(*at)).filter_map(|step| step.error.as_ref()).next_back()
}

fn label(row: &Row, detail: &RunDetail) -> Option<Html> {
    if row.label.side == Side::Hidden {
        return None;
    }
    let lasted = row.lasted_ms.map(t().shared.duration).unwrap_or_default();
    let failed = failed(row, detail);
    let words = match row.holding {
        Some(Holding::Everything) => view! { <strong>{(t().run.everything_waits)(&lasted)}</strong> },
        _ => match failed {
            Some(error) if row.status.tone() == runs::status::Tone::Fail => {
                view! { {lasted}" · "<bdi class="bad">{runs::error::bounded(&error.message)}</bdi> }
            }
            _ => view! { {lasted} },
        },
    };
    let before = (row.label.side == Side::Before).then_some("");
    Some(view! { <span class="sl-g__l" data-before=before style:--x=percent(row.label.x)>{words}</span> })
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
