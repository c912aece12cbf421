use super::menu::menu;
use super::row::trigger_icon;
use super::view::View;
use crate::platform::clock;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use runs::capability::Capabilities;
use runs::filter::{Created, Filter, Here, TRIGGER_KINDS};
use runs::model::TriggerKind;

/// The field that `/` leads to.
pub const SEARCH: &str = "search";

/// Minutes of the relative choices: an hour, a day, a week, thirty days.
const LAST: [u32; 4] = [60, 1_440, 10_080, 43_200];

/// Opens the first page of the list narrowed down anew.
fn narrow(view: View, change: impl FnOnce(&mut Filter)) {
    let before = view.address.with_untracked(|address| address.filter.clone());
    let mut filter = before.clone();
    change(&mut filter);
    if filter != before {
        view.go(&view.with(|address| address.filter = filter));
    }
}

fn chosen<T>(view: View, read: impl Fn(&Filter) -> T) -> T {
    view.address.with(|address| read(&address.filter))
}

/// Whether anything can be filtered by this: by the vendor, or here by what its lists tell. Of all connections, some can.
fn told(view: View, can: fn(&Capabilities) -> bool) -> bool {
    view.connection.with(|of| of.as_ref().is_none_or(|of| can(&of.dialect.adapter().capabilities())))
}

fn untold(view: View, what: Here) -> Html {
    view! { <p class="sl-xs sl-2">{(t().filter.untold)(&view.vendor(), what)}</p> }
}

#[component]
pub fn Search(view: View) -> Html {
    let words = t().filter;
    view! {
        <span class="sl-search">
            <Glyph icon=Icon::Search />
            <input
                id=SEARCH
                type="search"
                class="sl-input"
                aria-label=words.search
                placeholder=words.search_hint
                maxlength="200"
                prop:value=move || chosen(view, |filter| filter.text.clone())
                on:change=move |event| narrow(view, |filter| filter.text = event_target_value(&event).trim().into())
                on:input=move |event| {
                    // Escape and the field's own cross empty it without a change: an empty field filters nothing.
                    if event_target_value(&event).is_empty() {
                        narrow(view, |filter| filter.text.clear());
                    }
                }
            />
        </span>
    }
}

#[component]
pub fn TriggerMenu(view: View) -> Html {
    let words = t().filter;
    let toggle = move |kind: TriggerKind| {
        narrow(view, |filter| {
            let on = filter.triggers.contains(&kind);
            filter.triggers.retain(|found| *found != kind);
            if !on {
                filter.triggers.push(kind);
                runs::order::sort(&mut filter.triggers, &|kind| (*kind as i64, 0));
            }
        });
    };
    let option = move |kind: TriggerKind| {
        view! {
            <label class="sl-opt">
                <input
                    type="checkbox"
                    prop:checked=move || chosen(view, |filter| filter.triggers.contains(&kind))
                    on:change=move |_| toggle(kind)
                />
                <Glyph icon=trigger_icon(kind) />
                {(t().shared.trigger)(kind)}
            </label>
        }
    };
    let summary = move || {
        chosen(view, |filter| match filter.triggers.as_slice() {
            [] => words.trigger_any.to_owned(),
            [one] => (t().shared.trigger)(*one).to_owned(),
            several => (words.trigger_many)(several.len()),
        })
    };
    let on = move || chosen(view, |filter| !filter.triggers.is_empty());
    let inside = move || {
        live(move || {
            let told = told(view, |can| can.filters.triggers > 0 || can.listed.triggers);
            // What is asked for already can be taken away.
            let offered = TRIGGER_KINDS.into_iter().filter(|kind| told || chosen(view, |filter| filter.triggers.contains(kind)));
            let note = (!told).then(|| untold(view, Here { triggers: true, ..Here::default() }));
            view! { {offered.map(option).collect::<Vec<_>>()}{note} }
        })
    };
    menu("sl-menu f-fine", words.trigger_legend, summary, on, inside)
}

#[component]
pub fn CreatedMenu(view: View) -> Html {
    let words = t().filter;
    let choice = move |created: Created, name: String| {
        view! {
            <button
                type="button"
                class="sl-opt"
                aria-pressed=move || (chosen(view, |filter| filter.created) == created).to_string()
                on:click=move |_| narrow(view, |filter| filter.created = created)
            >
                {name}
            </button>
        }
    };
    let bounds = move || chosen(view, |filter| if let Created::Between(from, to) = filter.created { (from, to) } else { (None, None) });
    let bound = move |label: String, first: bool| {
        let value = move || if first { bounds().0 } else { bounds().1 }.map(clock::to_field).unwrap_or_default();
        let choose = move |event| {
            let at = clock::of_field(&event_target_value(&event));
            // The field names a minute: up to it is up to its end.
            let at = if first { at } else { at.map(|at| at.plus(59_999)) };
            let (from, to) = bounds();
            let (from, to) = if first { (at, to) } else { (from, at) };
            let created = if from.is_none() && to.is_none() { Created::Any } else { Created::Between(from, to) };
            narrow(view, |filter| filter.created = created);
        };
        view! {
            <label class="sl-when">
                <span>{label}</span>
                <input class="sl-input" type="datetime-local" prop:value=value on:change=choose />
            </label>
        }
    };
    let summary = move || {
        chosen(view, |filter| match filter.created {
            Created::Any => words.created_any.to_owned(),
            Created::Last(minutes) => (words.last)(minutes),
            Created::Between(..) => words.between.to_owned(),
        })
    };
    let on = move || chosen(view, |filter| filter.created != Created::Any);
    let inside = move || {
        let mut choices = vec![choice(Created::Any, words.created_any.into())];
        choices.extend(LAST.into_iter().map(|minutes| choice(Created::Last(minutes), (words.last)(minutes))));
        let zone = Some(clock::zone()).filter(|zone| !zone.is_empty()).unwrap_or_else(|| (t().shared.offset)(clock::offset()));
        view! { {choices}{bound((words.from)(&zone), true)}{bound((words.to)(&zone), false)} }
    };
    menu("sl-menu f-fine", words.created_legend, summary, on, inside)
}

#[component]
pub fn DurationMenu(view: View) -> Html {
    let words = t().filter;
    let field = move |label: &'static str, least: bool| {
        let value = move || {
            let bound = chosen(view, |filter| if least { filter.at_least_ms } else { filter.at_most_ms });
            bound.map(|bound| bound.div_ceil(1_000).to_string()).unwrap_or_default()
        };
        let choose = move |event| {
            let bound =
                event_target_value(&event).parse::<u64>().ok().filter(|seconds| *seconds > 0).map(|seconds| seconds.saturating_mul(1_000));
            narrow(view, |filter| if least { filter.at_least_ms = bound } else { filter.at_most_ms = bound });
        };
        view! {
            <label class="sl-when">
                <span>{label}</span>
                <input class="sl-input" type="number" min="1" max="315360000" step="1" inputmode="numeric" prop:value=value on:change=choose />
            </label>
        }
    };
    let on = move || chosen(view, |filter| filter.at_least_ms.is_some() || filter.at_most_ms.is_some());
    let summary = move || if on() { words.duration_set } else { words.duration_any }.to_owned();
    let inside = move || {
        live(move || {
            let told = told(view, |can| can.filters.duration || can.listed.durations);
            let fields = (told || on()).then(|| view! { {field(words.at_least, true)}{field(words.at_most, false)} });
            let note = (!told).then(|| untold(view, Here { duration: true, ..Here::default() }));
            view! { {fields}{note} }
        })
    };
    menu("sl-menu f-fine", words.duration_legend, summary, on, inside)
}
