/// What a shortcut does. The order is that of the cheat sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Next,
    Previous,
    Skip,
    Approve,
    ApproveNext,
    Reject,
    Undo,
    FirstField,
    NextField,
    PreviousField,
    NextPlace,
    PreviousPlace,
    LineUp,
    LineDown,
    RemoveLine,
    Revert,
    /// What is offered at the field; of several readings the first.
    TakeFirst,
    TakeSecond,
    Choose,
    Search,
    Jump,
    Newer,
    Older,
    Runs,
    Reviews,
    Palette,
    Sheet,
}

/// Where an action means something: a section of the cheat sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Reviews,
    Lists,
    Everywhere,
}

impl Action {
    pub const ALL: [Self; 27] = [
        Self::Next,
        Self::Previous,
        Self::Skip,
        Self::Approve,
        Self::ApproveNext,
        Self::Reject,
        Self::Undo,
        Self::FirstField,
        Self::NextField,
        Self::PreviousField,
        Self::NextPlace,
        Self::PreviousPlace,
        Self::LineUp,
        Self::LineDown,
        Self::RemoveLine,
        Self::Revert,
        Self::TakeFirst,
        Self::TakeSecond,
        Self::Choose,
        Self::Search,
        Self::Jump,
        Self::Newer,
        Self::Older,
        Self::Runs,
        Self::Reviews,
        Self::Palette,
        Self::Sheet,
    ];

    /// Its name where the choice of keys is kept.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Previous => "previous",
            Self::Skip => "skip",
            Self::Approve => "approve",
            Self::ApproveNext => "approve-next",
            Self::Reject => "reject",
            Self::Undo => "undo",
            Self::FirstField => "first-field",
            Self::NextField => "next-field",
            Self::PreviousField => "previous-field",
            Self::NextPlace => "next-place",
            Self::PreviousPlace => "previous-place",
            Self::LineUp => "line-up",
            Self::LineDown => "line-down",
            Self::RemoveLine => "remove-line",
            Self::Revert => "revert",
            Self::TakeFirst => "take-first",
            Self::TakeSecond => "take-second",
            Self::Choose => "choose",
            Self::Search => "search",
            Self::Jump => "jump",
            Self::Newer => "newer",
            Self::Older => "older",
            Self::Runs => "runs",
            Self::Reviews => "reviews",
            Self::Palette => "palette",
            Self::Sheet => "sheet",
        }
    }

    /// The keys it has until somebody chooses others.
    pub const fn usual(self) -> &'static str {
        match self {
            Self::Next => "j",
            Self::Previous => "k",
            Self::Skip => "s",
            Self::Approve => "a",
            Self::ApproveNext => "Ctrl+Enter",
            Self::Reject => "r",
            Self::Undo => "z",
            Self::FirstField => "e",
            // Alt with an arrow opens a list of choices.
            Self::NextField => "F8",
            Self::PreviousField => "Shift+F8",
            Self::NextPlace => "F2",
            Self::PreviousPlace => "Shift+F2",
            // Keys that no platform edits text with: these are pressed while a field has the focus.
            Self::LineUp => "Alt+PageUp",
            Self::LineDown => "Alt+PageDown",
            Self::RemoveLine => "Alt+End",
            Self::Revert => "F9",
            Self::TakeFirst => "Alt+Enter",
            Self::TakeSecond => "Alt+Shift+Enter",
            Self::Choose => "x",
            Self::Search => "/",
            Self::Jump => "g n",
            Self::Newer => "[",
            Self::Older => "]",
            Self::Runs => "g r",
            Self::Reviews => "g v",
            Self::Palette => "Ctrl+k",
            Self::Sheet => "?",
        }
    }

    pub const fn group(self) -> Group {
        match self {
            Self::Next | Self::Previous | Self::Choose | Self::Search | Self::Jump | Self::Newer | Self::Older => Group::Lists,
            Self::Runs | Self::Reviews | Self::Palette | Self::Sheet => Group::Everywhere,
            _ => Group::Reviews,
        }
    }

    /// It decides nothing, changes nothing and leaves nothing.
    pub const fn is_harmless(self) -> bool {
        matches!(
            self,
            Self::FirstField
                | Self::NextField
                | Self::PreviousField
                | Self::NextPlace
                | Self::PreviousPlace
                | Self::Search
                | Self::Palette
                | Self::Sheet
        )
    }

    /// It decides, or asks before that.
    pub const fn decides(self) -> bool {
        matches!(self, Self::Approve | Self::ApproveNext | Self::Reject)
    }

    /// It may go on while the key is held down.
    pub const fn repeats(self) -> bool {
        matches!(self, Self::NextField | Self::PreviousField)
    }
}
