//! What the menus of the filters offer; drawn when one is opened, by the second module.

use crate::features::history::filters::filter_menus::{apply_filter, chosen, is_long_or_short};
use crate::features::history::list::row::trigger_icon;
use crate::features::history::state::HistoryState;
use crate::platform::{clock, page};
use crate::prelude::*;
use crate::strings::t;
use crate::ui::Glyph;
use runs::adapters::capability::Capabilities;
use runs::adapters::filter::{Created, FilterParts, TRIGGER_KINDS};
use runs::model::TriggerKind;

/// Minutes of the relative choices: an hour, a day, a week, thirty days.
const LAST: [u32; 4] = [60, 1_440, 10_080, 43_200];

/// Whether anything can be filtered by this: by the vendor, or here by what its lists tell. Of all connections, some can.
fn told(history: HistoryState, can: &dyn Fn(&Capabilities) -> bool) -> bool {
    history.connection.with(|of| of.as_ref().is_none_or(|of| can(&of.dialect.adapter().capabilities())))
}

fn untold(history: HistoryState, what: FilterParts) -> Html {
    view! { <p class="sl-xs sl-2">{(t().filter.untold)(&history.vendor(), what)}</p> }
}

pub fn trigger_choices(history: HistoryState) -> Html {
    let toggle = move |kind: TriggerKind| {
        apply_filter(history, |filter| {
            let on = filter.triggers.contains(&kind);
            filter.triggers.retain(|found| *found != kind);
            if !on {
                filter.triggers.push(kind);
                runs::value::order::sort(&mut filter.triggers, &|kind| (*kind as i64, 0));
            }
        });
    };
    let option = move |kind: TriggerKind| {
        view! {
            <label class="sl-opt">
                <input
                    type="checkbox"
                    prop:checked=move || chosen(history, |filter| filter.triggers.contains(&kind))
                    on:change=move |_| toggle(kind)
                />
                <Glyph icon=trigger_icon(kind) />
                {(t().shared.trigger)(kind)}
            </label>
        }
    };
    live(move || {
        let listed = |kind: TriggerKind| told(history, &|can| can.listed.triggers.contains(&kind));
        // What is asked for already can be taken away.
        let offered = TRIGGER_KINDS.into_iter().filter(|kind| listed(*kind) || chosen(history, |filter| filter.triggers.contains(kind)));
        let note =
            (!TRIGGER_KINDS.into_iter().any(listed)).then(|| untold(history, FilterParts { triggers: true, ..FilterParts::default() }));
        view! { {offered.map(option).collect::<Vec<_>>()}{note} }
    })
}

pub fn created_choices(history: HistoryState) -> Html {
    let words = t().filter;
    let choice = move |created: Created, name: String| {
        view! {
            <button
                type="button"
                class="sl-opt"
                aria-pressed=move || (chosen(history, |filter| filter.created) == created).to_string()
                on:click=move |_| apply_filter(history, |filter| filter.created = created)
            >
                {name}
            </button>
        }
    };
    let bounds = move || chosen(history, |filter| if let Created::Between(from, to) = filter.created { (from, to) } else { (None, None) });
    let bound = move |label: String, first: bool| {
        let value = move || if first { bounds().0 } else { bounds().1 }.map(clock::to_field).unwrap_or_default();
        let choose = move |event: web_sys::Event| {
            if page::is_unfinished(&event) {
                return;
            }
            // The field names a minute: up to it is up to its end, of an hour that autumn has twice the second time.
            let at = clock::of_field(&event_target_value(&event), !first);
            let at = if first { at } else { at.map(|at| at.plus(59_999)) };
            let (from, to) = bounds();
            let (from, to) = if first { (at, to) } else { (from, at) };
            let created = if from.is_none() && to.is_none() { Created::Any } else { Created::Between(from, to) };
            apply_filter(history, |filter| filter.created = created);
        };
        view! {
            <label class="sl-when">
                <span>{label}</span>
                <input class="sl-input" type="datetime-local" prop:value=value on:change=choose />
            </label>
        }
    };
    let mut choices = vec![choice(Created::Any, words.created_any.into())];
    choices.extend(LAST.into_iter().map(|minutes| choice(Created::Last(minutes), (words.last)(minutes))));
    let zone = Some(clock::zone()).filter(|zone| !zone.is_empty()).unwrap_or_else(|| (t().shared.offset)(clock::offset()));
    view! { {choices}{bound((words.from)(&zone), true)}{bound((words.to)(&zone), false)} }
}

pub fn duration_choices(history: HistoryState) -> Html {
    let words = t().filter;
    let field = move |label: &'static str, least: bool| {
        let value = move || {
            let bound = chosen(history, |filter| if least { filter.at_least_ms } else { filter.at_most_ms });
            bound.map(|bound| bound.div_ceil(1_000).to_string()).unwrap_or_default()
        };
        let choose = move |event: web_sys::Event| {
            if page::is_unfinished(&event) {
                return;
            }
            let bound =
                event_target_value(&event).parse::<u64>().ok().filter(|seconds| *seconds > 0).map(|seconds| seconds.saturating_mul(1_000));
            apply_filter(history, |filter| if least { filter.at_least_ms = bound } else { filter.at_most_ms = bound });
        };
        view! {
            <label class="sl-when">
                <span>{label}</span>
                <input class="sl-input" type="number" min="1" max="315360000" step="1" inputmode="numeric" prop:value=value on:change=choose />
            </label>
        }
    };
    live(move || {
        let told = told(history, &|can| can.filters.duration || can.listed.durations);
        let fields = (told || is_long_or_short(history)).then(|| view! { {field(words.at_least, true)}{field(words.at_most, false)} });
        let note = (!told).then(|| untold(history, FilterParts { duration: true, ..FilterParts::default() }));
        view! { {fields}{note} }
    })
}
