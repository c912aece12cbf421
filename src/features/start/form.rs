use super::field::Entry;
use super::file_field::FileField;
use super::send::Starting;
use crate::data::Connection;
use crate::platform::page;
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Confirm, FailureNote, Glyph, Icon, Notice, StatusMark};
use runs::adapters::capability::StartStyle;
use runs::adapters::{FlowInputs, InputField, InputKind, InputValue, StartRequest};
use runs::deciding::start::{Ended, Phase};
use runs::model::status::Tone;
use runs::{Dialect, Json};

/// So many of the runs that began since are linked.
const MOST_TOLD: usize = 3;

/// The form; what was entered stays whatever the outcome is.
#[component]
pub fn StartForm(connection: Connection, inputs: FlowInputs) -> Html {
    let words = t().start;
    let dialect = connection.dialect;
    let style = dialect.adapter().capabilities().start;
    let samples = if connection.sandbox { globals().session.samples() } else { Vec::new() };
    let entries: Vec<Entry> = inputs.fields.into_iter().map(Entry::new).collect();
    let name = (style == StartStyle::Files).then(|| Entry::new(text_field(":name", words.name, InputKind::Text)));
    let metadata =
        (style == StartStyle::Files).then(|| Entry::new(text_field(":metadata", words.metadata, InputKind::Json { example: Json::Null })));
    let blocked = RwSignal::new(0usize);
    let all: Vec<Entry> = entries.iter().copied().chain(name).chain(metadata).collect();
    let flow = inputs.flow.id.clone();
    let checked = all.clone();
    // One that is not confirmed is told to whoever comes back as well.
    let state = Starting::new(&connection, &flow);
    let submit = Callback::new(move |()| {
        // Pressing twice must not start twice.
        if !untrack(|| state.is_under_way())
            && let Some(request) = collect(&checked, &flow, blocked)
        {
            state.send(request);
        }
    });
    let confirmed = Callback::new(move |()| state.confirm());
    let verb = move || match state.phase() {
        Some(Phase::Sending) => state.percent().map_or_else(|| words.starting.to_owned(), words.uploading),
        Some(Phase::Checking) => words.starting.to_owned(),
        Some(Phase::Looking(_)) => words.looking.to_owned(),
        Some(Phase::Asking | Phase::Ended(Ended::Unconfirmed)) => words.start_again.to_owned(),
        _ => words.start.to_owned(),
    };
    let none = entries.is_empty();
    let vendor = StoredValue::new(inputs.flow.name.clone());
    view! {
        <form
            class="sl-panel"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                submit.run(());
            }
        >
            <div class="sl-panel__head"><h2>{words.inputs}</h2><span class="sl-xs sl-2"><bdi>{vendor.get_value()}</bdi></span></div>
            <div class="sl-panel__body sl-form__g">
                {none.then(|| view! { <p class="sl-sm sl-2 w">{words.no_inputs}</p> })}
                {all.into_iter().map(|entry| field(entry, samples.clone())).collect::<Vec<_>>()}
            </div>
            {move || outcome(state, dialect, submit)}
            <div class="sl-decide">
                <span class="sl-decide__line" role="status">
                    {move || (blocked.get() > 0).then(|| view! {
                        <StatusMark tone="fail" icon=Icon::Warn words=(words.problems)(blocked.get()) />
                    })}
                </span>
                <button type="submit" class="sl-btn sl-btn--primary" aria-disabled=move || state.is_under_way().then_some("true")>
                    <Glyph icon=Icon::Play />
                    {verb}
                </button>
                {move || state.is_under_way().then(|| view! {
                    <progress class="sl-progress" max="100" value=move || state.percent() aria-label=words.starting></progress>
                })}
            </div>
        </form>
        <Confirm
            open=state.asking
            question=words.another.to_owned()
            consequence=Signal::derive(move || state.consequence())
            safe=words.leave_it
            verb=words.start_again.to_owned()
            confirmed=confirmed
        />
    }
}

fn text_field(key: &str, label: &str, kind: InputKind) -> InputField {
    InputField { key: key.into(), label: label.into(), required: false, kind }
}

/// Checks every entry; the first one that is wrong gets the focus.
fn collect(entries: &[Entry], flow: &str, blocked: RwSignal<usize>) -> Option<StartRequest> {
    let mut request = StartRequest { flow: flow.into(), name: None, metadata: None, values: Vec::new(), key: page::random_key() };
    let mut wrong = Vec::new();
    for entry in entries {
        let found = entry.values().and_then(|values| match (entry.key().as_str(), values.as_slice()) {
            (":metadata", [InputValue::Json(value)]) if !value.is_object() => Err(t().start.not_an_object.to_owned()),
            _ => Ok(values),
        });
        entry.problem.set(found.as_ref().err().cloned());
        match found {
            Err(_) => wrong.push(entry.id()),
            Ok(values) => {
                for value in values {
                    match (entry.key().as_str(), value) {
                        (":name", InputValue::Text(name)) => request.name = Some(name),
                        (":metadata", InputValue::Json(value)) => request.metadata = Some(value),
                        (key, value) => request.values.push((key.into(), value)),
                    }
                }
            }
        }
    }
    blocked.set(wrong.len());
    match wrong.first() {
        Some(first) => {
            page::focus(first);
            None
        }
        None => Some(request),
    }
}

fn field(entry: Entry, samples: Vec<String>) -> Html {
    let words = t().start;
    let one = entry.field.get_value();
    let id = entry.id();
    let problem_id = format!("{id}-problem");
    let required = one.required.then(|| view! { <span class="sl-req" aria-hidden="true">"*"</span> });
    let invalid = move || entry.problem.with(Option::is_some).then_some("true");
    let label = if entry.is_file() {
        view! { <span class="sl-field__l"><bdi>{one.label.clone()}</bdi>{required}</span> }
    } else {
        view! { <label for=id.clone()><bdi>{one.label.clone()}</bdi>{required}</label> }
    };
    let typed = move |event| {
        entry.text.set(event_target_value(&event));
        if entry.problem.with_untracked(Option::is_some) {
            entry.problem.set(entry.values().err());
        }
    };
    let control = match one.kind {
        InputKind::File { .. } => view! { <FileField entry=entry samples=samples /> },
        InputKind::Json { example } => view! {
            <textarea id=id class="sl-input sl-input--code" rows="8" spellcheck="false" placeholder=(!example.is_null()).then(|| format!("{example:#}")) aria-describedby=problem_id.clone() aria-invalid=invalid prop:value=entry.text on:input=typed></textarea>
        },
        InputKind::Text => view! {
            <input id=id class="sl-input" aria-describedby=problem_id.clone() aria-invalid=invalid prop:value=entry.text on:input=typed />
        },
    };
    let hint = match one.key.as_str() {
        ":name" => words.name_help,
        ":metadata" => words.metadata_help,
        _ if one.required => words.required,
        _ => words.optional,
    };
    view! {
        <div class="sl-field w">
            {label}
            <span class="sl-xs sl-2">{hint}</span>
            <div class="sl-field__wrap sl-stack sl-stack--2">{control}</div>
            <p class="sl-field__x err" id=problem_id>
                {move || entry.problem.get().map(|problem| view! { <Glyph icon=Icon::Warn small=true /><span>{problem}</span> })}
            </p>
        </div>
    }
}

fn outcome(state: Starting, dialect: Dialect, submit: Callback<()>) -> Option<Html> {
    let words = t().start;
    match state.phase()? {
        Phase::Ended(Ended::Refused(error) | Ended::NotSent(error)) => {
            Some(view! { <FailureNote error=error source=dialect still=words.not_started retry=submit /> })
        }
        Phase::Asking | Phase::Ended(Ended::Unconfirmed) => {
            let begun = state.begun();
            let next = (words.not_confirmed_next)(state.no_answer().as_ref(), dialect.vendor(), begun.as_ref().map(Vec::len));
            let runs = begun.unwrap_or_default().into_iter().take(MOST_TOLD);
            let runs: Vec<Html> = runs.map(|(name, href)| view! { <a class="sl-btn sl-btn--sm" href=href><bdi>{name}</bdi></a> }).collect();
            let links = view! { {runs}<a class="sl-btn sl-btn--sm sl-btn--primary" href=state.newest()>{words.newest_runs}</a> };
            Some(view! { <Notice tone=Tone::Wait icon=Icon::Warn fact=words.not_confirmed next=next actions=links /> })
        }
        _ => None,
    }
}
