use crate::features::history::list::row::{note, note_in_full, steps, trigger};
use crate::features::history::state::HistoryState;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::Ago;
use console::columns::Column;
use runs::Timestamp;
use runs::model::Run;

/// The cells of a row's chosen columns, in their order.
pub fn cells(columns: &[Column], history: HistoryState, run: &Run) -> Vec<Html> {
    columns.iter().map(|column| cell(column, history, run)).collect()
}

fn cell(column: &Column, history: HistoryState, run: &Run) -> Html {
    let inside = match column {
        Column::Flow => {
            let flow = run.flow_name.clone().unwrap_or_else(|| history.name_of_flow(&run.flow));
            let version = run.flow_version.as_ref().map(|version| view! { <small>"v"{version.clone()}</small> });
            view! { <bdi>{flow}</bdi>{version} }
        }
        Column::Trigger => trigger(run),
        Column::Started => moment(run.started_at.or(run.created_at)),
        Column::Steps => steps(run).view(),
        Column::Note => note(run).view(),
        other => return more(other, run),
    };
    let title = match column {
        Column::Flow => Some(run.flow_name.clone().unwrap_or_else(|| history.name_of_flow(&run.flow))),
        Column::Note => note_in_full(run),
        _ => None,
    };
    view! { <td role="cell" class=class(column) title=title>{inside}</td> }
}

/// A column that is not among the usual ones: it says on a card what it is.
fn more(column: &Column, run: &Run) -> Html {
    let text = match column {
        Column::Created => return labelled(column, None, moment(run.created_at)),
        Column::Finished => return labelled(column, None, moment(run.finished_at)),
        Column::Name => run.name.clone(),
        Column::Attempt => run.attempt.map(|attempt| attempt.to_string()),
        Column::Metadata(key) => run.metadata.iter().find(|(known, _)| known == key).map(|(_, value)| runs::value::json::plain(value)),
        _ => Some(run.id.clone()),
    };
    let shown = match &text {
        Some(text) => view! { <bdi>{text.clone()}</bdi> },
        None => t().shared.none.view(),
    };
    labelled(column, text, shown)
}

fn labelled(column: &Column, title: Option<String>, inside: Html) -> Html {
    view! { <td role="cell" class=class(column) data-l=(t().overview.column)(column) title=title>{inside}</td> }
}

fn moment(at: Option<Timestamp>) -> Html {
    match at {
        Some(at) => view! { <Ago at=at /> },
        None => t().shared.none.view(),
    }
}

/// The class of a column's cells and of its head.
pub const fn class(column: &Column) -> &'static str {
    match column {
        Column::Flow => "c-flow",
        Column::Trigger => "c-trig",
        Column::Started => "c-start",
        Column::Duration => "c-dur",
        Column::Steps => "c-steps",
        Column::Note => "c-note",
        Column::Id => "c-more sl-mono",
        Column::Name | Column::Metadata(_) => "c-more",
        Column::Created | Column::Finished | Column::Attempt => "c-more c-small",
    }
}
