use super::shared::{n, several};
use crate::strings::ViewWords;
use console::views::{LARGEST_FILE, MOST, NoViews, Refused};

pub(super) static WORDS: ViewWords = ViewWords {
    save_as: "Save what is shown as",
    save_as_hint: "Name of the view",
    save: "Save",
    save_changes: |name| format!("Save changes to “{name}”"),
    saved: |name| format!("“{name}” was saved."),
    bad_name: |most| format!("A name has 1 to {} characters.", n(most)),
    taken: |name| format!("There is a view “{name}” already. Choose another name."),
    full: |most| format!("{} views are the most. Delete one to save another.", n(most)),
    yours: "Your views",
    none: "You have saved no view yet. A view keeps connection, flow, filters and page size.",
    later: "A later version of Sluice keeps views in this browser. They are left as they are, and none can be saved here.",
    name_of: |name| format!("Name of the view {name}"),
    renamed: |name| format!("The view is now called “{name}”."),
    up: |name| format!("Move {name} up"),
    down: |name| format!("Move {name} down"),
    share: |name| format!("Copy link to {name}"),
    share_this: "Copy link to what is shown",
    link_copied: "Link copied. It opens the same view for everybody who may see it.",
    delete: |name| format!("Delete {name}"),
    deleted: |name| format!("“{name}” was deleted."),
    undo: "Undo",
    undone: |name| format!("“{name}” is back."),
    export: "Export to a file",
    import: "Import from a file",
    unreadable: "The browser could not read the file.",
    imported: |added, same| {
        let views = |count| several(count, "view", "views");
        match (added, same) {
            (0, 0) => "No view was added.".into(),
            (0, 1) => "No view was added: the one in the file is here already.".into(),
            (0, same) => format!("No view was added: {} in the file are here already.", views(same)),
            (added, 0) => format!("{} added.", views(added)),
            (added, 1) => format!("{} added, 1 was here already.", views(added)),
            (added, same) => format!("{} added, {} were here already.", views(added), n(same)),
        }
    },
    was_renamed: |from, to| format!("“{from}” is the name of another view here: imported as “{to}”."),
    refused: |at, name, why| {
        let entry = name.map_or_else(|| format!("Entry {}", n(at)), |name| format!("Entry {}, “{name}”", n(at)));
        let why = match why {
            Refused::NotAnObject => "it is no object".to_owned(),
            Refused::Name => "“name” has to be a text of 1 to 60 characters".to_owned(),
            Refused::Query => "“query” has to be a text of at most 2,000 characters".to_owned(),
            Refused::NoConnection => "“query” names no connection (c=…)".to_owned(),
            Refused::Full => format!("{} views are the most", n(MOST)),
        };
        format!("{entry} was left out: {why}.")
    },
    more_refused: |count| several(count, "more was left out.", "more were left out."),
    strangers: |count| {
        if count == 1 {
            "1 view is of a connection that is not configured here.".into()
        } else {
            format!("{} views are of connections that are not configured here.", n(count))
        }
    },
    no_views: |why| match why {
        NoViews::TooLarge => format!("Nothing was imported. The file is larger than {} kB.", LARGEST_FILE / 1_024),
        NoViews::NotJson(problem) => format!("Nothing was imported. The file is no JSON: {problem}."),
        NoViews::OtherFormat => "Nothing was imported. The file holds no views of Sluice: “format” has to be “sluice-views”.".into(),
        NoViews::Later => "Nothing was imported. “version” has to be 1: another version of Sluice wrote the file.".into(),
        NoViews::NoList => "Nothing was imported. “views” has to be a list.".into(),
    },
    kept_here: "Views are kept in this browser only.",
};
