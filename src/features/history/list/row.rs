use super::state::row_link_id;
use crate::data::Ledger;
use crate::features::history::list::cells::cells;
use crate::features::history::list::select::{chosen, select_cell};
use crate::features::history::list::table::{Gone, Row};
use crate::features::history::state::HistoryState;
use crate::prelude::*;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Glyph, Icon, StatusLabel, StatusMark, sandbox_mark, status_words};
use console::columns::Column;
use console::text::readable::readable;
use runs::model::status::Tone;
use runs::model::{Run, TriggerKind};
use runs::wire::error::bounded;
use runs::{StatusKind, Timestamp};

/// Pips drawn for single steps; beyond it the figures alone say more.
const MOST_PIPS: u32 = 14;

/// One run; only what changed of it is drawn again. `renumbered` is raised when runs of the page have other numbers.
#[component]
pub fn RunRow(
    row: ArcRwSignal<Row>,
    history: HistoryState,
    longest: RwSignal<u64>,
    renumbered: RwSignal<u32>,
    columns: Vec<Column>,
) -> Html {
    let id = row.with_untracked(|row| row.key.clone());
    let (status, named, lasts, ends, others) = (row.clone(), row.clone(), row.clone(), row.clone(), row.clone());
    let (place, gone, boxed) = (row.clone(), row.clone(), row);
    let last = others.clone();
    // The head of the table is the first row of all.
    let place = move || history.list.before.get().unwrap_or(0) + place.with(|row| row.at as u64) + 2;
    let own = id.clone();
    let marked = move || history.linked_run.run.with(|run| run.as_ref() == Some(&own)).then_some("true");
    let picked = chosen(&boxed);
    let edge = move || match status.with(|row| row.run.status.kind) {
        StatusKind::Waiting => "waiting",
        kind if kind.tone() == Tone::Fail => "failed",
        _ => "other",
    };
    let name = move || {
        renumbered.track();
        named.with_untracked(|row| name(history, row))
    };
    // The duration goes on while the rest stays as it is.
    let lasts = Memo::new(move |_| lasts.with(|row| lasting(&row.run, history.list.now_of(&row.run), longest.get())));
    let backwards = Memo::new(move |_| ends.with(|row| row.run.ends_before_it_starts()));
    let lasting_at = columns.iter().position(|column| *column == Column::Duration);
    let (before, after) = match lasting_at {
        Some(at) => (columns[..at].to_vec(), columns[at + 1..].to_vec()),
        None => (columns, Vec::new()),
    };
    view! {
        <tr role="row" data-run=id data-status=edge data-gone=move || gone.with(|row| row.gone.map(|_| "")) aria-current=marked data-chosen=move || picked().then_some("") aria-rowindex=move || place().to_string()>
            {select_cell(boxed, renumbered)}
            <td role="cell" class="c-num">{name}</td>
            {move || others.with(|row| view! { {status_cells(history, row)}{cells(&before, history, &row.run)} })}
            {lasting_at.map(|_| duration_cell(lasts, backwards))}
            {(!after.is_empty()).then(|| live(move || last.with(|row| cells(&after, history, &row.run).view())))}
        </tr>
    }
}

/// The link to a run; its address and its id in the page never change.
fn name(history: HistoryState, row: &Row) -> Html {
    let id = row.run.id.clone();
    let href = Page::Run { connection: row.connection.clone(), run: id.clone(), flow: Some(row.run.flow.clone()) }.href();
    let link_id = row_link_id(&row.key);
    match row.number {
        _ if !row.run.named() => view! { <span class="sl-3" id=link_id tabindex="-1">{t().shared.none}</span> },
        Some(number) => {
            let title = match globals().numbers.of(&row.connection, &row.run) {
                Ledger::Given(given) if given.late => format!("{id}\n{}", t().shared.number_late),
                _ => id,
            };
            view! { <a class="sl-runs__a" id=link_id href=href title=title>{(t().shared.run_number)(number)}</a> }
        }
        None => {
            let why = history.list.no_number.get().unwrap_or_default();
            view! {
                <span class="sl-3" title=why>{t().shared.none}" "</span>
                <a class="sl-runs__a sl-mono" id=link_id href=href title=id.clone()><bdi>{id}</bdi></a>
            }
        }
    }
}

fn status_cells(history: HistoryState, row: &Row) -> Html {
    let run = &row.run;
    let connection = globals().session.connection(&row.connection);
    let vendor = connection.as_ref().map(|connection| connection.dialect.vendor()).unwrap_or_default();
    let whose = connection.filter(|_| history.all.get_untracked()).map(|connection| {
        let mark = sandbox_mark(connection.sandbox && !globals().session.only_sandboxes());
        let label = connection.label;
        view! { <td role="cell" class="c-conn" title=label.clone()><span class="sl-conn"><bdi class="sl-cut">{label}</bdi>{mark}</span></td> }
    });
    let mut word = status_words(&run.status);
    if !run.status.raw.is_empty() {
        word.push('\n');
        word.push_str(&(t().run.vendor_word)(vendor, &run.status.raw));
    }
    if let Some(sent) = run.error.as_ref().filter(|_| run.unread).and_then(|error| error.details.as_deref()) {
        word = bounded(sent);
    }
    let label = match run.unread {
        true => view! { <StatusMark tone="odd" icon=Icon::Unknown words=t().history.unread /> },
        false => view! { <StatusLabel status=run.status.clone() /> },
    };
    let gone = match row.gone {
        Some(Gone::Left) => Some(t().history.left_list),
        Some(Gone::Unheard) => Some(t().history.not_in_answer),
        Some(Gone::Deleted) | None => None,
    };
    view! {
        <td role="cell" class="c-status" title=word>
            {label}
            {gone.map(|gone| view! { <small class="sl-runs__gone">{gone}</small> })}
        </td>
        {whose}
    }
}

pub const fn trigger_icon(kind: TriggerKind) -> Icon {
    match kind {
        TriggerKind::Manual => Icon::Play,
        TriggerKind::Api | TriggerKind::Unknown => Icon::Code,
        TriggerKind::Schedule => Icon::Clock,
        TriggerKind::Webhook => Icon::Webhook,
        TriggerKind::Email => Icon::Mail,
        TriggerKind::Restart => Icon::Redo,
    }
}

pub fn trigger(run: &Run) -> Html {
    let Some(trigger) = &run.trigger else { return view! { <span class="sl-3">{t().shared.none}</span> } };
    let icon = trigger_icon(trigger.kind);
    let words = match trigger.kind {
        TriggerKind::Unknown => trigger.raw.clone(),
        kind => (t().shared.trigger)(kind).to_owned(),
    };
    view! { <Glyph icon=icon />{words} }
}

fn waited(run: &Run, read_at: Option<Timestamp>) -> u64 {
    let now = match (run.waiting_since, read_at) {
        (Some(since), Some(now)) if run.status.kind == StatusKind::Waiting => now.since(since),
        _ => 0,
    };
    run.waited_ms.unwrap_or(0) + now
}

/// What the cell of a duration shows; drawn again only if that is another.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lasting {
    kind: &'static str,
    /// Widths in thousandths: at work, and waiting.
    work: u32,
    wait: u32,
    words: String,
}

fn lasting(run: &Run, read_at: Option<Timestamp>, longest: u64) -> Option<Lasting> {
    let all = run.lasted(read_at)?;
    // Logarithmic: a page holds runs of seconds beside runs of days.
    let share = (1.0 + all as f64).ln() / (1.0 + longest.max(all) as f64).ln().max(1.0) * 1_000.0;
    let waiting = if all == 0 { 0.0 } else { waited(run, read_at).min(all) as f64 / all as f64 };
    let kind = match run.status.kind.tone() {
        Tone::Run => "run",
        Tone::Fail => "fail",
        _ => "",
    };
    let (work, wait) = ((share * (1.0 - waiting)) as u32, (share * waiting) as u32);
    Some(Lasting { kind, work, wait, words: (t().shared.duration)(all) })
}

/// Built again only for another kind of bar: while a run goes on, its words and widths move.
fn duration_cell(lasts: Memo<Option<Lasting>>, backwards: Memo<bool>) -> Html {
    let shape = Memo::new(move |_| (backwards.get(), lasts.with(|lasts| lasts.as_ref().map(|lasts| (lasts.kind, lasts.wait > 0)))));
    // In whole thousandths: formatting a float would bring several kilobytes of code for it.
    fn width(thousandths: u32) -> String {
        format!("{}.{}%", thousandths / 10, thousandths % 10)
    }
    let of = move |what: fn(&Lasting) -> String| move || lasts.with(|lasts| lasts.as_ref().map(what));
    let (work, wait, words) = (of(|lasts| width(lasts.work)), of(|lasts| width(lasts.wait)), of(|lasts| lasts.words.clone()));
    let inside = move || match shape.get() {
        (true, _) => view! { <span class="sl-dur__v" title=t().shared.backwards_hint>{t().shared.backwards}</span> },
        (_, None) => view! { <span class="sl-dur__v">{t().shared.none}</span> },
        (_, Some((kind, waits))) => view! {
            <span class="sl-dur">
                <span class="sl-bar" aria-hidden="true">
                    <i class=kind style:--w=work></i>
                    {waits.then(|| view! { <i class="wait" style:--w=wait></i> })}
                </span>
                <span class="sl-dur__v">{words}</span>
            </span>
        },
    };
    view! { <td role="cell" class="c-dur">{inside}</td> }
}

pub fn steps(run: &Run) -> Option<Html> {
    let (all, done) = (run.steps_total?, run.steps_done?);
    let next = match run.status.kind {
        StatusKind::Waiting => Some("w"),
        kind if kind.tone() == Tone::Fail => Some("x"),
        kind if kind.is_final() => None,
        _ => Some("r"),
    };
    let pip = move |at: u32| {
        if at < done {
            Some("1")
        } else if at == done {
            next
        } else {
            None
        }
    };
    let pips = (all <= MOST_PIPS).then(|| {
        view! { <span class="sl-pips" aria-hidden="true">{(0..all).map(|at| view! { <i data-s=pip(at)></i> }).collect::<Vec<_>>()}</span> }
    });
    Some(view! { <span class="sl-steps" title=(t().history.steps_of)(done, all)>{pips}<span>{done}"/"{all}</span></span> })
}

/// The steps that a run waits at, by the names that its list or the queue knows; by their ids otherwise.
fn waits_at(run: &Run) -> Option<String> {
    let told = run.reviews.clone().or_else(|| globals().waiting.reviews_of(&run.id)).unwrap_or_default();
    let mut names: Vec<String> = told.into_iter().map(|review| review.name).collect();
    if names.is_empty() {
        names.clone_from(&run.waiting_on);
    }
    names.dedup();
    (!names.is_empty()).then(|| (t().history.waiting_on)(&names.join(", ")))
}

/// What is worth saying about a run, in one line.
pub fn note(run: &Run) -> Option<Html> {
    if run.status.kind == StatusKind::Waiting {
        let since = run.waiting_since;
        let tick = globals().tick;
        let at = waits_at(run);
        return Some(view! {
            {since.map(|since| view! { <span class="wt">{move || (t().shared.duration)(tick.since(since))}</span> })}
            {(since.is_some() && at.is_some()).then_some(" · ")}
            {at.map(|at| view! { <bdi>{at}</bdi> })}
        });
    }
    if let Some(error) = &run.error {
        // A list may know the step's id alone, which says nothing here.
        let step = error.step_name.clone().or_else(|| error.stage.clone());
        let sent = error.details.clone().filter(|_| run.unread);
        return Some(view! {
            {step.map(|step| view! { <bdi>{step}</bdi>": " })}
            <bdi class="err">{bounded(&readable(&error.message))}</bdi>
            {sent.map(|sent| view! { " "<bdi class="sl-mono">{bounded(&sent)}</bdi> })}
        });
    }
    run.name.clone().map(|name| view! { <bdi>{name}</bdi> })
}

/// The same for where the line has no room.
pub fn note_in_full(run: &Run) -> Option<String> {
    match &run.error {
        _ if run.status.kind == StatusKind::Waiting => waits_at(run),
        Some(error) => {
            let mut text = error.step_name.clone().or_else(|| error.stage.clone()).map(|step| step + ": ").unwrap_or_default();
            text.push_str(&bounded(&readable(&error.message)));
            Some(text)
        }
        None => run.name.clone(),
    }
}
