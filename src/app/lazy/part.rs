//! Parts of the history page that the second module draws on request.

use super::arrival::{Arrival, arriving, drawn};
use super::request::Request;
use crate::features::history::{self, AtRunNote, BulkBar, ExportDialog, FurtherNote, View, What};
use crate::prelude::*;
use crate::strings::t;

/// A piece of the history page that is drawn on request.
#[derive(Clone)]
pub enum Part {
    Summary(View),
    Views(View),
    Columns(View),
    /// What the filters' menus offer.
    Trigger(View),
    Created(View),
    Duration(View),
    BulkBar(View),
    AtRun(View),
    Further(View),
    /// Open until it is closed.
    Export(View, RwSignal<bool>),
    /// What stands below the filters when the runs of all connections are shown.
    AllRuns(View),
}

/// Draws a piece of the page, at once if its module is here.
pub fn part(part: Part) -> Html {
    let (arrival, fetch) = arriving();
    live(move || match arrival.get() {
        Arrival::Here => drawn(Request::Part(part.clone())),
        Arrival::Waiting => view! { <p class="sl-part" role="status">{t().shared.loading}</p> },
        Arrival::Missing => {
            let words = t().shell;
            view! {
                <div class="sl-part" role="alert">
                    <p><strong>{words.part_missing}</strong>" "{words.part_missing_next}</p>
                    <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| fetch()>{t().shared.try_again}</button>
                </div>
            }
        }
    })
}

/// Runs in the second module.
pub fn part_of(part: Part) -> Html {
    match part {
        Part::Summary(view) => history::summary(view),
        Part::Views(view) => history::views_menu(view),
        Part::Columns(view) => history::columns_menu(view),
        Part::Trigger(view) => history::trigger_choices(view),
        Part::Created(view) => history::created_choices(view),
        Part::Duration(view) => history::duration_choices(view),
        Part::BulkBar(view) => view! { <BulkBar view=view /> },
        Part::AtRun(view) => view! { <AtRunNote view=view /> },
        Part::Further(view) => view! { <FurtherNote view=view /> },
        Part::Export(view, open) => view! { <ExportDialog view=view open=open what=What::Filter /> },
        Part::AllRuns(view) => history::all_runs(view),
    }
}
