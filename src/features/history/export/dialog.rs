use super::names::Of;
use super::task::{Lists, Source, Stage, Task, Why};
use crate::data::Connection;
use crate::features::history::state::HistoryState;
use crate::platform::clock;
use crate::platform::page;
use crate::prelude::*;
use crate::state::{Picked, globals};
use crate::strings::t;
use crate::ui::{FailureNote, Glyph, Icon, Notice, SeparatorChoice, usual_separator};
use console::file::export::Format;
use console::file::sheet::Separator;
use leptos::html::Dialog;
use runs::adapters::filter::Created;
use runs::model::Run;
use runs::model::status::Tone;
use runs::reading::merge::{Kind, Question};
use runs::reading::paginator::ChainedPaginator;
use std::sync::Arc;

/// What is to be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Filter,
    Chosen,
}

/// Which runs, in which format; then how far it is, and what can be done where it stopped.
#[component]
pub fn ExportDialog(history: HistoryState, open: RwSignal<bool>, what: What) -> Html {
    let dialog = NodeRef::<Dialog>::new();
    let format = RwSignal::new(Format::Csv(usual_separator()));
    let task = Task::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            dialog.show_modal().ok();
        }
    });
    let (closing, gone, inside) = (task.clone(), task.clone(), task.clone());
    on_cleanup({
        let gone = send_wrapper::SendWrapper::new(gone);
        move || gone.discard()
    });
    let escape = move |event: web_sys::Event| {
        // What was read so far is not lost by one key.
        if closing.stage.get_untracked() == Stage::Going {
            event.prevent_default();
            closing.stop();
        }
    };
    let stage = Memo::new({
        let stage = task.stage;
        move |_| stage.get()
    });
    // What had the focus is gone with each turn.
    Effect::new(move |_| {
        if stage.with(|stage| *stage != Stage::Asking) {
            page::focus_soon("export-title");
        }
    });
    view! {
        <dialog node_ref=dialog class="sl-dialog sl-export" aria-labelledby="export-title" on:cancel=escape on:close=move |_| open.set(false)>
            {move || match stage.get() {
                Stage::Asking => asking(history, open, what, format, &inside),
                Stage::Going => going(history, &inside),
                Stage::Stopped(why) => stopped(open, &why, &inside),
                Stage::Done { whole, name, place, doubtful } => {
                    let words = t().export;
                    let written = inside.progress.with_untracked(|progress| progress.written);
                    let title = if whole { (words.done)(written) } else { (words.kept)(written) };
                    view! {
                        <h2 id="export-title" class="sl-dialog__title" tabindex="-1">{title}</h2>
                        <p>{(words.place)(place, &name)}</p>
                        {doubtful.then(|| view! { <p>{words.doubtful}</p> })}
                        <div class="sl-dialog__act">
                            <button type="button" class="sl-btn sl-btn--primary" autofocus=true on:click=move |_| open.set(false)>{words.close}</button>
                        </div>
                    }
                }
            }}
        </dialog>
    }
}

fn asking(history: HistoryState, open: RwSignal<bool>, what: What, format: RwSignal<Format>, task: &Task) -> Html {
    let words = t().export;
    let chosen = globals().selection.picked.with_untracked(Vec::len);
    let separator = RwSignal::new(usual_separator());
    Effect::new(move |_| {
        let separator = separator.get();
        if matches!(format.get_untracked(), Format::Csv(_)) {
            format.set(Format::Csv(separator));
        }
    });
    let tabular = Memo::new(move |_| matches!(format.get(), Format::Csv(_)));
    let choice = move |of: Format| {
        let name = format!("export-{}", of.extension());
        let is = move |format: Format| format.extension() == of.extension();
        let choose = move |_| format.set(if is(Format::Json) { of } else { Format::Csv(separator.get_untracked()) });
        view! {
            <label class="sl-choice">
                <input type="radio" name="export-format" id=name prop:checked=move || is(format.get()) on:change=choose />
                <b>{(words.format_name)(of)}</b>
                <p>{(words.format_hint)(of)}</p>
            </label>
        }
    };
    let task = task.clone();
    let start = move |_| {
        let connection = history.connection.get_untracked().map_or_else(|| "all".into(), |connection| connection.id);
        if let Some(source) = source(history, what) {
            task.start(source, format.get_untracked(), &connection);
        }
    };
    view! {
        <h2 id="export-title" class="sl-dialog__title">{if what == What::Chosen { (words.title_selected)(chosen) } else { words.title.into() }}</h2>
        {(what == What::Filter).then(|| untrack(|| described(history)))}
        {untrack(|| numbers_move(history)).map(|text| view! { <p>{text}</p> })}
        <fieldset class="sl-choices sl-stack">
            <legend class="sl-vh">{words.format}</legend>
            {choice(Format::Csv(Separator::default()))}
            {move || tabular.get().then(|| view! { <SeparatorChoice chosen=separator /> })}
            {choice(Format::Json)}
        </fieldset>
        <p class="sl-xs sl-2">{words.exact}</p>
        <div class="sl-dialog__act">
            <button type="button" class="sl-btn" on:click=move |_| open.set(false)>{words.cancel}</button>
            <button type="button" class="sl-btn sl-btn--primary" autofocus=true on:click=start><Glyph icon=Icon::Download />{words.export}</button>
        </div>
    }
}

/// What is to be said of the numbers in the file, if those of any connection are counted here.
fn numbers_move(history: HistoryState) -> Option<&'static str> {
    let any = history.all.get() && connections(history).iter().any(|connection| connection.dialect.adapter().capabilities().numbers_move());
    history.numbers_move().or(any.then_some(t().shared.numbers_move))
}

/// Which runs these are, and who filters them.
fn described(history: HistoryState) -> Html {
    let words = t().export;
    if history.all.get() {
        let here = connections(history).iter().any(|connection| question(history, connection).here);
        return view! {
            <p>{(words.what_all)(&filters(history))}</p>
            {here.then(|| view! { <p>{words.here_some}</p> })}
        };
    }
    let here = history.filters.client.get().any();
    let total = history.list.live.value.with(|loaded| loaded.as_ref().and_then(|loaded| loaded.page.total)).filter(|_| !here);
    view! {
        <p>{(words.what)(&history.flow_label(), &filters(history))}{total.map(|total| format!(" {}", (words.total)(total)))}</p>
        {here.then(|| view! { <p>{(words.here)(&history.vendor())}</p> })}
    }
}

/// What narrows the list down, in words.
fn filters(history: HistoryState) -> Vec<String> {
    let words = t().filter;
    history.address.with(|address| {
        let mut parts = Vec::new();
        if !address.statuses.is_empty() {
            parts.push((t().history.status_filter_words)(&address.statuses));
        }
        if !address.filter.triggers.is_empty() {
            let triggers: Vec<_> = address.filter.triggers.iter().map(|kind| (t().shared.trigger)(*kind)).collect();
            parts.push(triggers.join(", "));
        }
        match address.filter.created {
            Created::Any => {}
            Created::Last(minutes) => parts.push((words.last)(minutes)),
            Created::Between(..) => parts.push(words.between.into()),
        }
        let lasted = [(words.at_least, address.filter.at_least_ms), (words.at_most, address.filter.at_most_ms)];
        parts.extend(lasted.into_iter().filter_map(|(name, bound)| Some(format!("{name}: {}", bound?.div_ceil(1_000)))));
        if !address.filter.text.is_empty() {
            parts.push(format!("“{}”", address.filter.text));
        }
        parts
    })
}

fn source(history: HistoryState, what: What) -> Option<Source> {
    if what == What::Chosen {
        let mut picked: Vec<_> = globals().selection.picked.get_untracked().into_iter().map(named).collect();
        runs::value::order::sort(&mut picked, &|picked| (runs::value::order::when(picked.run.created_at).saturating_neg(), 0));
        return Some(Source::Chosen(picked));
    }
    let address = history.address.get_untracked();
    let now = clock::now();
    let mut of = Vec::new();
    let mut asked = Vec::new();
    for connection in connections(history) {
        let can = connection.dialect.adapter().capabilities();
        let query = address.whole(&can, now);
        let filter = query.filter.clone();
        asked.push((query, address.flow.is_some() || can.list_all));
        let known = globals().flows.of(&connection.id);
        let (flows, named) =
            known.with_untracked(|flows| (flows.flows.iter().map(|flow| (flow.id.clone(), flow.name.clone())).collect(), flows.complete));
        of.push(Of { connection, filter, flows, named, tried: Vec::new() });
    }
    Some(Source::Lists(Box::new(Lists { of, paginator: ChainedPaginator::new(asked) })))
}

/// With the name of its flow, as far as it is known.
fn named(picked: Arc<Picked>) -> Arc<Picked> {
    if picked.run.flow_name.is_some() {
        return picked;
    }
    let known = globals().flows.of(&picked.connection);
    let name = known.with_untracked(|flows| flows.flows.iter().find(|flow| flow.id == picked.run.flow).map(|flow| flow.name.clone()));
    let Some(name) = name else { return picked };
    let run = Run { flow_name: Some(name), ..picked.run.clone() };
    Arc::new(Picked { connection: picked.connection.clone(), number: picked.number, run })
}

/// Those whose runs are listed, without those that cannot have any such.
fn connections(history: HistoryState) -> Vec<Connection> {
    if !history.all.get_untracked() {
        return history.connection.get_untracked().into_iter().collect();
    }
    let mut connections = globals().session.connections();
    connections.retain(|connection| !question(history, connection).never);
    connections
}

fn question(history: HistoryState, connection: &Connection) -> Kind {
    let can = connection.dialect.adapter().capabilities();
    history.address.with_untracked(|address| Question::of(&address.statuses, &address.filter, &can).kind)
}

fn going(history: HistoryState, task: &Task) -> Html {
    let words = t().export;
    let progress = task.progress;
    let here = untrack(|| history.filters.client.get().any());
    let max = move || progress.with(|progress| progress.total).map(|total| total.max(1).to_string());
    let value = move || progress.with(|progress| progress.total.map(|_| progress.read.to_string()));
    let text = move || {
        progress.with(|progress| (words.progress)(progress.written, progress.read, progress.pages, progress.total.filter(|_| !here)))
    };
    let rest = Memo::new(move |_| progress.with(|progress| u64::from(progress.rest.div_ceil(1_000))));
    let stopping = task.clone();
    view! {
        <h2 id="export-title" class="sl-dialog__title" tabindex="-1">{words.going}</h2>
        <progress class="sl-progress" max=max value=value aria-label=words.going></progress>
        <p role="status">{text}</p>
        {move || (rest.get() > 0).then(|| view! { <p>{(words.rest)(progress.with(|progress| progress.vendor), &(t().shared.duration)(rest.get() * 1_000))}</p> })}
        <div class="sl-dialog__act">
            <button type="button" class="sl-btn" autofocus=true on:click=move |_| stopping.stop()>{words.stop}</button>
        </div>
    }
}

fn stopped(open: RwSignal<bool>, why: &Why, task: &Task) -> Html {
    let words = t().export;
    let progress = task.progress.get_untracked();
    let (keeping, again, retry) = (task.clone(), task.clone(), task.clone());
    let title = if *why == Why::Full { (words.full)(progress.written) } else { (words.stopped)(progress.written) };
    let note = match why {
        Why::Failed(error, dialect) => Some(view! {
            <FailureNote error=error.clone() source=*dialect retry=Callback::new({
                let retry = send_wrapper::SendWrapper::new(retry);
                move |()| retry.go_on()
            }) />
        }),
        Why::Unwritten(text) => Some(view! { <Notice tone=Tone::Fail icon=Icon::Warn fact=(words.write_failed)(text) /> }),
        Why::Asked | Why::Full => None,
    };
    let full = *why == Why::Full;
    let writable = !matches!(why, Why::Unwritten(_));
    let keep = why.clone();
    let name = if full { (words.keep_part)(task.part()) } else { (words.keep)(progress.written) };
    view! {
        <h2 id="export-title" class="sl-dialog__title" tabindex="-1">{title}</h2>
        {note}
        {(writable && !full).then(|| view! { <p>{words.stopped_next}</p> })}
        <div class="sl-dialog__act">
            <button type="button" class="sl-btn" on:click=move |_| open.set(false)>{words.discard}</button>
            {(writable && progress.written > 0).then(|| view! { <button type="button" class="sl-btn" on:click=move |_| keeping.keep(&keep)>{name}</button> })}
            {(writable && !full).then(|| view! {
                <button type="button" class="sl-btn sl-btn--primary" autofocus=true on:click=move |_| again.go_on()>{words.go_on}</button>
            })}
        </div>
    }
}
