//! Rows about the registry as a whole: places of files, schemas, headers and references.

super::rows! {
    UNKNOWN_FILE "unknown-file" Error
        "A file under registry/ or schemas/ that no one knows"
        "What stands among governed documents is taken for governed. A file that no rule covers would be believed without approval."
        "Move the file out of registry/ and schemas/, or give it the name and place of a document."
    SCHEMA_INVALID "schema-invalid" Error
        "The schema is not JSON Schema 2020-12"
        "A kind is what its schema says. A schema that cannot be read checks nothing, and every definition of its kind would pass."
        "Mend the place that is named. `canon explain schema-annotation` lists what may stand beside plain JSON Schema."
    SCHEMA_ANNOTATION "schema-annotation" Error
        "An `x-` keyword that is unknown or has a value it cannot have"
        "Annotations decide what a change means and which definitions refer to each other. One that is misspelt is silently not there, and a major change could pass as wording."
        "Use x-change, x-criteria, x-key, x-not-before, x-order, x-ref, x-role, x-scope, x-unit, and on a schema's root x-outcome, x-subject and x-version, as ARCHITECTURE.md says."
    SCHEMA_KEYWORD "schema-keyword" Error
        "A keyword that checks nothing, or names parts in a second way"
        "JSON Schema ignores keywords that it does not know. A misspelt `required` lets every definition through."
        "Correct the spelling. Parts are named by file and place (\"common.schema.json#/$defs/id\"), never by `$id` or an anchor."
    SCHEMA_REFERENCE "schema-reference" Error
        "A `$ref` that leaves schemas/ or points at nothing"
        "What a definition may say must be in the repository and under approval. A schema never reaches to the network or to other files."
        "Refer to \"#/$defs/name\" in the same file, or to \"common.schema.json#/$defs/name\"."
    SCHEMA_ENDLESS "schema-endless" Error
        "A schema without an end"
        "A part that leads back to itself without going a step into the document would be followed for ever, on every machine that checks the registry."
        "Let the part refer to itself only below `properties` or `items`, and split what is very large."
    SCHEMA_VERSION "schema-version" Error
        "The schema does not say its version"
        "A schema is governed like the definitions it rules; its version shows that it changed."
        "Add `\"x-version\": \"1.0.0\"` to the schema's root."
    MISSING_DOCUMENT "missing-document" Error
        "registry.json or policy.json is not there"
        "Without registry.json a folder is no registry, and without a policy nobody can approve anything."
        "Restore the file from an earlier commit, or type `canon init` in a new folder to see how it looks."
    WAIVER_REFUSED "waiver-refused" Error
        "A waiver of a finding that cannot be waived"
        "Whoever lists a waiver believes that a finding is settled. What proof, governance and readers rest on is not settled by a reason, and a misspelt code settles nothing."
        "Name the code of a finding that can be waived (`canon explain CODE` says whether it can), or remove the waiver and mend what was found."
    WAIVER_EXPIRED "waiver-expired" Warning
        "A waiver whose last day has passed"
        "A finding was accepted until a day. Since then it counts again, and the list should not look as if it did not."
        "Mend what was found and remove the waiver, or agree on a new day."
    WAIVER_UNUSED "waiver-unused" Warning
        "A waiver that waives nothing"
        "It will one day swallow a finding that nobody has looked at."
        "Remove it from registry/waivers.json."
    DOCUMENT_DELETED "document-deleted" Error
        "A governed document of the baseline is gone"
        "Past numbers were computed with the document, and others may still refer to it. What counted once stays readable."
        "Restore the file, and set the status to `retired` if it is a definition or a person that ends."
    UNKNOWN_KIND "unknown-kind" Error
        "A definition of a kind that has no schema"
        "A kind is its schema. Without one nothing says what the definition must hold, and nothing about it can be checked."
        "Move the definition to the folder of a kind that exists, or add schemas/<kind>.schema.json."
    SHAPE "shape" Error
        "The document does not have the shape of its kind"
        "Every field that a kind demands is a place where two teams would otherwise compute different numbers."
        "Mend the field that is named; schemas/<kind>.schema.json describes each."
    DUPLICATE_ITEM "duplicate-item" Error
        "Two items of a list have the same key"
        "An item is known by its key in diffs, in findings and in what others refer to. With two of one key nobody can say which is meant."
        "Give one of them another key, or remove it."
    MISPLACED "misplaced" Error
        "Kind, id or `$schema` of a document do not agree with its path"
        "References name a definition by kind and id and find it by its path. If the two differ, a reader is shown something else than what was meant."
        "Move the file, or correct the field: registry/definitions/<kind>/<id>.json."
    ID_TAKEN "id-taken" Error waivable
        "Two ids differ only by the character that joins their words"
        "People say names aloud. Each id must be one meaning, to the ear as well."
        "Rename the newer of the two."
    ID_LOOKS_ALIKE "id-looks-alike" Warning waivable
        "Two ids of one kind that are easily taken for each other"
        "Whoever picks the wrong one of two ids that look the same gets a number that is nearly right."
        "Rename the newer of the two before others refer to it."
    NAME_TAKEN "name-taken" Warning waivable
        "Two definitions of one kind with the same name"
        "Reports and meetings use names, not ids. With one name for two meanings both sides are right, and disagree."
        "Say in the name what sets each apart."
    NAME_MIXES_ALPHABETS "name-mixes-alphabets" Warning waivable
        "A word with letters of another alphabet that look like Latin ones"
        "It looks like a name that everybody knows, and no search finds it."
        "Type the word anew, in one alphabet."
    UNKNOWN_ROLE "unknown-role" Error
        "A role that the policy does not have"
        "An owner approves changes, a taker answers for leads, a chair decides. A role that the policy does not know has nobody in it, so nobody does."
        "Name a role that registry/governance/policy.json lists, or add the role there."
    BAD_DATE "bad-date" Error
        "A date that is not in the calendar, or that comes before the one that it follows"
        "Dates decide which version of a definition a past quarter is computed with, and when somebody looks again."
        "Write a date that exists, as YYYY-MM-DD, and let nothing end, or be reviewed, before it begins."
    BAD_VERSION "bad-version" Error
        "The version is not three numbers"
        "A version says by how much a definition changed: 3.0.0 after 2.1.0 moves who counts."
        "Write major.minor.patch, such as 1.0.0."
    SUCCESSOR "successor" Error
        "The successor is missing, retired or the definition itself"
        "Whoever still uses a definition that ends is sent to its successor. It must be one that can be used."
        "Name an active definition of the same kind."
    DANGLING_REFERENCE "dangling-reference" Error
        "A reference to a definition that does not exist"
        "A threshold or a link that no longer exists anywhere is how definitions rot: readers fill the gap by guessing."
        "Correct the name, or write the missing definition."
    WRONG_KIND "wrong-kind" Error
        "A reference to a definition of another kind than may stand here"
        "A stage is entered by a qualification and a metric has drivers. Another kind cannot do that work."
        "Name a definition of a kind that the schema allows here."
    REFERENCE_CIRCLE "reference-circle" Error
        "Definitions that follow one another in a circle"
        "Whoever follows a successor, a decision or a sum from one to the next must come to an end. In a circle nothing is the last word."
        "Cut the circle where it was closed by mistake: one of them comes first and refers to none of the others."
    DRIVER_UNUSED "driver-unused" Warning waivable
        "A driver that moves no metric"
        "Work on a driver is justified by the number that it moves. Without one nobody can tell whether it was worth it."
        "Name it among the drivers of the metrics that it moves, or retire it."
    PLAY_UNUSED "play-unused" Warning waivable
        "A play that nothing opens"
        "A play is only run if somebody comes to it from the number or the meeting that shows the problem."
        "Name it under the plays of the metric that it mends, or retire it."
    DRAFT_REFERENCE "draft-reference" Error waivable
        "A definition in force refers to a draft"
        "What is in force would depend on what has not been agreed."
        "Make the draft active in the same change, or refer to an active definition."
    RETIRED_REFERENCE "retired-reference" Error waivable
        "A definition in force refers to a retired one"
        "A retired definition is kept for the past. What is in force must not be computed from it."
        "Refer to its successor."
    DEPRECATED_REFERENCE "deprecated-reference" Warning waivable
        "A definition in force refers to a deprecated one"
        "A deprecated definition is about to end; what depends on it should move in time."
        "Refer to its successor."
    VERSION_NOT_RAISED "version-not-raised" Error
        "The version does not rise by what the change does"
        "People see the version before they see the change. A change of who counts must not look like one of wording."
        "Set the version that is named, or let `canon propose` set it."
    VERSION_SKIPPED "version-skipped" Error
        "The version leaves out versions in between"
        "A reader looks for the versions in between and finds none."
        "Set the next version."
    EFFECTIVE_INTO_PAST "effective-into-past" Error
        "A definition that freezes the past takes effect earlier than before"
        "Under `freeze` each day keeps the version that was in force. A version that begins earlier takes days from the one before it, so numbers that were reported change without anybody recomputing them."
        "Let `effective.from` stay or move forward; or say `restate`, if the past is to be computed again."
    VERSION_FIRST "version-first" Warning
        "A new definition that does not start at 1.0.0"
        "A higher first version tells of a past that the registry does not have."
        "Set the version to 1.0.0, unless the definition is moved here with its history."
}
