use super::history::WORDS as HISTORY;
use super::shared::WORDS as SHARED;
use crate::strings::OverviewWords;
use console::columns::Column;
use runs::StatusKind;
use runs::reading::summary::OutcomeGroup;

pub(super) static WORDS: OverviewWords = OverviewWords {
    summary: "Summary",
    glance: |counts| {
        let mut text = format!("{} loaded", (SHARED.count)(counts.all()));
        let parts = [
            (OutcomeGroup::Succeeded, "completed"),
            (OutcomeGroup::UnderWay, "under way"),
            (OutcomeGroup::Waiting, "waiting"),
            (OutcomeGroup::Failed, "failed"),
            (OutcomeGroup::Other, "other"),
        ];
        for (became, word) in parts {
            let count = counts.get(became);
            if count > 0 {
                text.push_str(if text.ends_with("loaded") { ": " } else { ", " });
                text.push_str(&(SHARED.count)(count));
                text.push(' ');
                text.push_str(word);
            }
        }
        text
    },
    views: "Saved views",
    columns: "Columns",
    built_in: |status| match status {
        None => "All runs",
        Some(StatusKind::Waiting) => "Waiting for review",
        Some(_) => "Failed",
    },
    changed: "Changed",
    save: "Save",
    view_saved: |name| format!("“{name}” now shows what is on this page."),
    not_kept: "This browser keeps nothing: what you changed is gone after a reload.",
    column: |column| match column {
        Column::Flow => HISTORY.column_flow.into(),
        Column::Trigger => HISTORY.column_trigger.into(),
        Column::Started => HISTORY.column_started.into(),
        Column::Duration => HISTORY.column_duration.into(),
        Column::Steps => HISTORY.column_steps.into(),
        Column::Note => HISTORY.column_what.into(),
        Column::Id => "Id".into(),
        Column::Name => "Name".into(),
        Column::Created => "Created".into(),
        Column::Finished => "Finished".into(),
        Column::Attempt => "Attempt".into(),
        Column::Metadata(key) => key.clone(),
    },
};
