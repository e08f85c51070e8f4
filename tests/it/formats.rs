//! Findings in every format: the same registry with an error, a warning, waived findings and nasty characters in names;
//! and one in which nothing is wrong.

use std::collections::{BTreeMap, BTreeSet};

use canonry::finding::{Finding, Level, RULES, Target};
use canonry::report::listing::Listing;
use canonry::report::{github, gitlab, junit, markdown, sarif};
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::Value;

use crate::drafts;
use crate::environment::{Environment, Ran, masked, uncounted};

const MQL: &str = "registry/definitions/qualification/mql.json";

/// A registry in a subfolder: an error in a value with nasty characters, a file with a nasty name, a driver that three
/// definitions use and that is a draft, a waiver for two of them, and a waiver that has ended.
fn nasty() -> Environment {
    let environment = Environment::with_repository();
    environment.canon(&["init", "revenue words", "--name", "Test"]).expect(0);
    let edit = |path: &str, from: &str, to: &str| environment.edit(&format!("revenue words/{path}"), from, to);
    edit(MQL, "\"cmo\"", r#""c%,o:\r\n::error::<b>\u001b[31m|[x](https://example.com){0}\ufffe""#);
    for (path, bytes) in drafts::documents() {
        environment.write(&format!("revenue words/{path}"), std::str::from_utf8(&bytes).unwrap());
    }
    environment.write("revenue words/registry/odd, 100%:\n<&\">.txt", "");
    let waiver = |id: &str, definition: &str, until: &str| {
        format!(
            r#"{{"id": "{id}", "code": "draft-reference", "definition": "{definition}",
            "reason": "Agreed on with <finance> & sales.", "until": "{until}"}}"#
        )
    };
    let waivers = [
        waiver("bookings", "metric/new-bookings", "2026-06-30"),
        waiver("win-rate", "metric/win-rate", "2026-05-01"),
        waiver("review", "play/deal-review", "2026-04-30"),
    ];
    edit("registry/waivers.json", "\"waivers\": []", &format!("\"waivers\": [{}]", waivers.join(",")));
    environment.canon(&["-C", "revenue words", "fmt"]);
    environment
}

fn check(environment: &Environment, format: &str) -> Ran {
    let mut ran = environment.canon(&["-C", "revenue words", "check", "--format", format]);
    (ran.stdout, ran.stderr) = (uncounted(&ran.stdout), uncounted(&ran.stderr));
    ran
}

/// What a registry with nothing wrong gives.
fn clean(format: &str) -> String {
    uncounted(&Environment::with_registry().canon(&["check", "--format", format]).expect(0).stdout)
}

#[test]
fn as_text() {
    assert_snapshot!(check(&nasty(), "text"), @r#"
    status: 1
    stdout:
    error[draft-reference]: `driver/quiet-season` is still a draft
      --> registry/definitions/play/deal-review.json:15:5
       |
    15 |     "quiet-season",
       |     ^^^^^^^^^^^^^^

    error[unknown-role]: the policy has no role `c%,o:\u{d}\n::error::<b>\u{1b}[31m|[x](https://example.com){0}￾`
     --> registry/definitions/qualification/mql.json:8:12
      |
    8 |   "owner": "c%,o:\r\n::error::<b>\u001b[31m|[x](https://example.com){0}￾",
      |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: the roles are account-executive, cfo, cmo, cro, customer-success, revops, sales-manager, sdr, sdr-manager

    error[unknown-file]: nothing of the registry is called `odd, 100%:\n<&">.txt`
    --> registry/odd, 100%:\n<&">.txt
     = help: definitions stand in registry/definitions/<kind>/<id>.json; move other files out

    warning[waiver-expired]: `review` ended on 2026-04-30 and waives nothing any more
      --> registry/waivers.json:25:16
       |
    25 |       "until": "2026-04-30"
       |                ^^^^^^^^^^^^
       |
       = help: mend what it waived and remove it, or agree on a new day

    stderr:
    Checked N+1 definitions: 3 errors, 1 warning; 2 findings waived.
    Waived: 1 finding by `bookings` until 2026-06-30: Agreed on with <finance> & sales.
    Waived: 1 finding by `win-rate` until 2026-05-01: Agreed on with <finance> & sales.
    "#);
    assert_eq!(clean("text"), "");
}

#[test]
fn as_json() {
    assert_snapshot!(check(&nasty(), "json"), @r#"
    status: 1
    stdout:
    {
      "type": "canonry/findings@1",
      "definitions": N+1,
      "findings": [
        {
          "code": "draft-reference",
          "level": "error",
          "path": "registry/definitions/play/deal-review.json",
          "pointer": "/drivers/0",
          "place": {
            "start": {
              "line": 15,
              "column": 5
            },
            "end": {
              "line": 15,
              "column": 19
            }
          },
          "message": "`driver/quiet-season` is still a draft",
          "hint": null
        },
        {
          "code": "unknown-role",
          "level": "error",
          "path": "registry/definitions/qualification/mql.json",
          "pointer": "/owner",
          "place": {
            "start": {
              "line": 8,
              "column": 12
            },
            "end": {
              "line": 8,
              "column": 74
            }
          },
          "message": "the policy has no role `c%,o:\r\n::error::<b>\u001b[31m|[x](https://example.com){0}￾`",
          "hint": "the roles are account-executive, cfo, cmo, cro, customer-success, revops, sales-manager, sdr, sdr-manager"
        },
        {
          "code": "unknown-file",
          "level": "error",
          "path": "registry/odd, 100%:\n<&\">.txt",
          "pointer": null,
          "place": null,
          "message": "nothing of the registry is called `odd, 100%:\n<&\">.txt`",
          "hint": "definitions stand in registry/definitions/<kind>/<id>.json; move other files out"
        },
        {
          "code": "waiver-expired",
          "level": "warning",
          "path": "registry/waivers.json",
          "pointer": "/waivers/2/until",
          "place": {
            "start": {
              "line": 25,
              "column": 16
            },
            "end": {
              "line": 25,
              "column": 28
            }
          },
          "message": "`review` ended on 2026-04-30 and waives nothing any more",
          "hint": "mend what it waived and remove it, or agree on a new day"
        }
      ],
      "waived": [
        {
          "code": "draft-reference",
          "level": "error",
          "path": "registry/definitions/metric/new-bookings.json",
          "pointer": "/drivers/0",
          "place": {
            "start": {
              "line": 112,
              "column": 5
            },
            "end": {
              "line": 112,
              "column": 19
            }
          },
          "message": "`driver/quiet-season` is still a draft",
          "hint": null,
          "waiver": {
            "id": "bookings",
            "reason": "Agreed on with <finance> & sales.",
            "until": "2026-06-30"
          }
        },
        {
          "code": "draft-reference",
          "level": "error",
          "path": "registry/definitions/metric/win-rate.json",
          "pointer": "/drivers/0",
          "place": {
            "start": {
              "line": 174,
              "column": 5
            },
            "end": {
              "line": 174,
              "column": 19
            }
          },
          "message": "`driver/quiet-season` is still a draft",
          "hint": null,
          "waiver": {
            "id": "win-rate",
            "reason": "Agreed on with <finance> & sales.",
            "until": "2026-05-01"
          }
        }
      ]
    }
    stderr:
    "#);
    assert_snapshot!(clean("json"), @r#"
    {
      "type": "canonry/findings@1",
      "definitions": N,
      "findings": [],
      "waived": []
    }
    "#);
}

#[test]
fn as_github() {
    assert_snapshot!(check(&nasty(), "github"), @r#"
    status: 1
    stdout:
    ::error file=revenue words/registry/definitions/play/deal-review.json,line=15,col=5,title=draft-reference::`driver/quiet-season` is still a draft
    ::error file=revenue words/registry/definitions/qualification/mql.json,line=8,col=12,title=unknown-role::the policy has no role `c%25,o:\u{d}\n::error::<b>\u{1b}[31m|[x](https://example.com){0}￾`%0Ahelp: the roles are account-executive, cfo, cmo, cro, customer-success, revops, sales-manager, sdr, sdr-manager
    ::error file=revenue words/registry/odd%2C 100%25%3A\n<&">.txt,line=1,col=1,title=unknown-file::nothing of the registry is called `odd, 100%25:\n<&">.txt`%0Ahelp: definitions stand in registry/definitions/<kind>/<id>.json; move other files out
    ::warning file=revenue words/registry/waivers.json,line=25,col=16,title=waiver-expired::`review` ended on 2026-04-30 and waives nothing any more%0Ahelp: mend what it waived and remove it, or agree on a new day
    stderr:
    Checked N+1 definitions: 3 errors, 1 warning; 2 findings waived.
    "#);
    assert_eq!(clean("github"), "");
}

#[test]
fn as_gitlab() {
    assert_snapshot!(check(&nasty(), "gitlab"), @r#"
    status: 1
    stdout:
    [
      {
        "description": "`driver/quiet-season` is still a draft",
        "check_name": "draft-reference",
        "fingerprint": "68b0f5a234e73b2308a34a3f3f5efcd94acbd8704e2bd33f7ddb24aece843ba2",
        "severity": "major",
        "location": {
          "path": "revenue words/registry/definitions/play/deal-review.json",
          "lines": {
            "begin": 15
          }
        }
      },
      {
        "description": "the policy has no role `c%,o:\\u{d}\\n::error::<b>\\u{1b}[31m|[x](https://example.com){0}￾` help: the roles are account-executive, cfo, cmo, cro, customer-success, revops, sales-manager, sdr, sdr-manager",
        "check_name": "unknown-role",
        "fingerprint": "e9efe49750e5972a06de1579774413e20cb35af461ae2512a58cc09029569811",
        "severity": "major",
        "location": {
          "path": "revenue words/registry/definitions/qualification/mql.json",
          "lines": {
            "begin": 8
          }
        }
      },
      {
        "description": "nothing of the registry is called `odd, 100%:\\n<&\">.txt` help: definitions stand in registry/definitions/<kind>/<id>.json; move other files out",
        "check_name": "unknown-file",
        "fingerprint": "5ff97e2999861fa4d029588d63bae730f59720e5f7da2cf4d8ac3e8e8cfed6b9",
        "severity": "major",
        "location": {
          "path": "revenue words/registry/odd, 100%:\\n<&\">.txt",
          "lines": {
            "begin": 1
          }
        }
      },
      {
        "description": "`review` ended on 2026-04-30 and waives nothing any more help: mend what it waived and remove it, or agree on a new day",
        "check_name": "waiver-expired",
        "fingerprint": "48a313a0861bb7de35e3b4b5839b7fab34de7d70c3f15d8b29ae58264af6dc6e",
        "severity": "minor",
        "location": {
          "path": "revenue words/registry/waivers.json",
          "lines": {
            "begin": 25
          }
        }
      }
    ]
    stderr:
    Checked N+1 definitions: 3 errors, 1 warning; 2 findings waived.
    "#);
    assert_eq!(clean("gitlab"), "[]\n");
}

#[test]
fn as_junit() {
    let ran = check(&nasty(), "junit");
    let document = roxmltree::Document::parse(&ran.stdout).unwrap();
    let cases = document.descendants().filter(|node| node.has_tag_name("testcase")).count();
    let passed = ran.stdout.lines().filter(|line| line.starts_with("    <testcase") && line.ends_with("/>")).count();
    assert!(cases > 70 && cases == passed + 4, "{cases} cases, {passed} passed");
    let tests = format!("tests=\"{cases}\"");
    let telling: String = ran
        .stdout
        .replace(&tests, "tests=\"N\"")
        .lines()
        .filter(|line| !line.ends_with("/>"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_snapshot!(telling, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="canon check" tests="N" failures="3" errors="0">
      <testsuite name="canon check" tests="N" failures="3" errors="0" skipped="0">
        <testcase classname="revenue words.registry.definitions.play" name="revenue words/registry/definitions/play/deal-review.json">
          <failure type="draft-reference" message="`driver/quiet-season` is still a draft">error[draft-reference] revenue words/registry/definitions/play/deal-review.json:15:5
      `driver/quiet-season` is still a draft</failure>
        </testcase>
        <testcase classname="revenue words.registry.definitions.qualification" name="revenue words/registry/definitions/qualification/mql.json">
          <failure type="unknown-role" message="the policy has no role `c%,o:\u{d}\n::error::&lt;b&gt;\u{1b}[31m|[x](https://example.com){0}\u{fffe}`">error[unknown-role] revenue words/registry/definitions/qualification/mql.json:8:12
      the policy has no role `c%,o:\u{d}\n::error::&lt;b&gt;\u{1b}[31m|[x](https://example.com){0}\u{fffe}`
      help: the roles are account-executive, cfo, cmo, cro, customer-success, revops, sales-manager, sdr, sdr-manager</failure>
        </testcase>
        <testcase classname="revenue words.registry" name="revenue words/registry/odd, 100%:\n&lt;&amp;&quot;&gt;.txt">
          <failure type="unknown-file" message="nothing of the registry is called `odd, 100%:\n&lt;&amp;&quot;&gt;.txt`">error[unknown-file] revenue words/registry/odd, 100%:\n&lt;&amp;&quot;&gt;.txt:1:1
      nothing of the registry is called `odd, 100%:\n&lt;&amp;&quot;&gt;.txt`
      help: definitions stand in registry/definitions/&lt;kind&gt;/&lt;id&gt;.json; move other files out</failure>
        </testcase>
        <testcase classname="revenue words.registry" name="revenue words/registry/waivers.json">
          <system-out>warning[waiver-expired] revenue words/registry/waivers.json:25:16
      `review` ended on 2026-04-30 and waives nothing any more
      help: mend what it waived and remove it, or agree on a new day</system-out>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
    let text = clean("junit");
    let document = roxmltree::Document::parse(&text).unwrap();
    assert_eq!(document.root_element().attribute("failures"), Some("0"));
    assert_eq!(
        document.descendants().filter(|node| node.has_tag_name("testcase")).count(),
        cases - 2,
        "without the draft and the odd file"
    );
    assert!(!document.descendants().any(|node| node.has_tag_name("failure") || node.has_tag_name("system-out")));
}

#[test]
fn as_sarif() {
    let ran = check(&nasty(), "sarif");
    let log: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(sarif_results(&log), 6);
    assert_snapshot!(ran, @r#"
    status: 1
    stdout:
    {
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        {
          "tool": {
            "driver": {
              "name": "canon",
              "semanticVersion": "0.1.0",
              "rules": [
                {
                  "id": "draft-reference",
                  "shortDescription": {
                    "text": "A definition in force refers to a draft"
                  },
                  "fullDescription": {
                    "text": "What is in force would depend on what has not been agreed."
                  },
                  "help": {
                    "text": "Make the draft active in the same change, or refer to an active definition."
                  },
                  "defaultConfiguration": {
                    "level": "error"
                  }
                },
                {
                  "id": "unknown-file",
                  "shortDescription": {
                    "text": "A file under registry/ or schemas/ that no one knows"
                  },
                  "fullDescription": {
                    "text": "What stands among governed documents is taken for governed. A file that no rule covers would be believed without approval."
                  },
                  "help": {
                    "text": "Move the file out of registry/ and schemas/, or give it the name and place of a document."
                  },
                  "defaultConfiguration": {
                    "level": "error"
                  }
                },
                {
                  "id": "unknown-role",
                  "shortDescription": {
                    "text": "A role that the policy does not have"
                  },
                  "fullDescription": {
                    "text": "An owner approves changes, a taker answers for leads, a chair decides. A role that the policy does not know has nobody in it, so nobody does."
                  },
                  "help": {
                    "text": "Name a role that registry/governance/policy.json lists, or add the role there."
                  },
                  "defaultConfiguration": {
                    "level": "error"
                  }
                },
                {
                  "id": "waiver-expired",
                  "shortDescription": {
                    "text": "A waiver whose last day has passed"
                  },
                  "fullDescription": {
                    "text": "A finding was accepted until a day. Since then it counts again, and the list should not look as if it did not."
                  },
                  "help": {
                    "text": "Mend what was found and remove the waiver, or agree on a new day."
                  },
                  "defaultConfiguration": {
                    "level": "warning"
                  }
                }
              ]
            }
          },
          "automationDetails": {
            "id": "canon check/revenue%20words/"
          },
          "invocations": [
            {
              "executionSuccessful": true
            }
          ],
          "columnKind": "unicodeCodePoints",
          "results": [
            {
              "ruleId": "draft-reference",
              "ruleIndex": 0,
              "level": "error",
              "message": {
                "text": "`driver/quiet-season` is still a draft"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "revenue%20words/registry/definitions/play/deal-review.json",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 15,
                      "startColumn": 5,
                      "endLine": 15,
                      "endColumn": 19
                    }
                  },
                  "logicalLocations": [
                    {
                      "fullyQualifiedName": "/drivers/0"
                    }
                  ]
                }
              ],
              "partialFingerprints": {
                "canonry/v1": "68b0f5a234e73b2308a34a3f3f5efcd94acbd8704e2bd33f7ddb24aece843ba2"
              },
              "suppressions": []
            },
            {
              "ruleId": "unknown-role",
              "ruleIndex": 2,
              "level": "error",
              "message": {
                "text": "the policy has no role `c%,o:\\u{{d}}\\n::error::<b>\\u{{1b}}[31m|[x] (https://example.com){{0}}￾`\nhelp: the roles are account-executive, cfo, cmo, cro, customer-success, revops, sales-manager, sdr, sdr-manager"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "revenue%20words/registry/definitions/qualification/mql.json",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 8,
                      "startColumn": 12,
                      "endLine": 8,
                      "endColumn": 74
                    }
                  },
                  "logicalLocations": [
                    {
                      "fullyQualifiedName": "/owner"
                    }
                  ]
                }
              ],
              "partialFingerprints": {
                "canonry/v1": "e9efe49750e5972a06de1579774413e20cb35af461ae2512a58cc09029569811"
              },
              "suppressions": []
            },
            {
              "ruleId": "unknown-file",
              "ruleIndex": 1,
              "level": "error",
              "message": {
                "text": "nothing of the registry is called `odd, 100%:\\n<&\">.txt`\nhelp: definitions stand in registry/definitions/<kind>/<id>.json; move other files out"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "revenue%20words/registry/odd%2C%20100%25%3A%0A%3C%26%22%3E.txt",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 1,
                      "startColumn": 1
                    }
                  }
                }
              ],
              "partialFingerprints": {
                "canonry/v1": "5ff97e2999861fa4d029588d63bae730f59720e5f7da2cf4d8ac3e8e8cfed6b9"
              },
              "suppressions": []
            },
            {
              "ruleId": "waiver-expired",
              "ruleIndex": 3,
              "level": "warning",
              "message": {
                "text": "`review` ended on 2026-04-30 and waives nothing any more\nhelp: mend what it waived and remove it, or agree on a new day"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "revenue%20words/registry/waivers.json",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 25,
                      "startColumn": 16,
                      "endLine": 25,
                      "endColumn": 28
                    }
                  },
                  "logicalLocations": [
                    {
                      "fullyQualifiedName": "/waivers/2/until"
                    }
                  ]
                }
              ],
              "partialFingerprints": {
                "canonry/v1": "48a313a0861bb7de35e3b4b5839b7fab34de7d70c3f15d8b29ae58264af6dc6e"
              },
              "suppressions": []
            },
            {
              "ruleId": "draft-reference",
              "ruleIndex": 0,
              "level": "error",
              "message": {
                "text": "`driver/quiet-season` is still a draft"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "revenue%20words/registry/definitions/metric/new-bookings.json",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 112,
                      "startColumn": 5,
                      "endLine": 112,
                      "endColumn": 19
                    }
                  },
                  "logicalLocations": [
                    {
                      "fullyQualifiedName": "/drivers/0"
                    }
                  ]
                }
              ],
              "partialFingerprints": {
                "canonry/v1": "0323922027e0f8a0be713884289b8dffe0408075192c6925387f2c1a279e45ca"
              },
              "suppressions": [
                {
                  "kind": "external",
                  "status": "accepted",
                  "justification": "Agreed on with <finance> & sales."
                }
              ]
            },
            {
              "ruleId": "draft-reference",
              "ruleIndex": 0,
              "level": "error",
              "message": {
                "text": "`driver/quiet-season` is still a draft"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "revenue%20words/registry/definitions/metric/win-rate.json",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 174,
                      "startColumn": 5,
                      "endLine": 174,
                      "endColumn": 19
                    }
                  },
                  "logicalLocations": [
                    {
                      "fullyQualifiedName": "/drivers/0"
                    }
                  ]
                }
              ],
              "partialFingerprints": {
                "canonry/v1": "4f57dd003535be3544545196caa28c941a38ca98ef0fd60164416bc34cdcb0bd"
              },
              "suppressions": [
                {
                  "kind": "external",
                  "status": "accepted",
                  "justification": "Agreed on with <finance> & sales."
                }
              ]
            }
          ]
        }
      ]
    }
    stderr:
    Checked N+1 definitions: 3 errors, 1 warning; 2 findings waived.
    "#);
    let clean = clean("sarif");
    assert_eq!(sarif_results(&serde_json::from_str(&clean).unwrap()), 0);
    assert_snapshot!(clean, @r#"
    {
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        {
          "tool": {
            "driver": {
              "name": "canon",
              "semanticVersion": "0.1.0",
              "rules": []
            }
          },
          "automationDetails": {
            "id": "canon check/"
          },
          "invocations": [
            {
              "executionSuccessful": true
            }
          ],
          "columnKind": "unicodeCodePoints",
          "results": []
        }
      ]
    }
    "#);
}

#[test]
fn as_markdown() {
    assert_snapshot!(check(&nasty(), "markdown"), @r#"
    status: 1
    stdout:
    ### canon check: 3 errors, 1 warning

    | level | code | place | finding |
    | --- | --- | --- | --- |
    | error | draft-reference | revenue words/registry/definitions/play/deal-review.json:15:5 | \`driver/quiet-season\` is still a draft |
    | error | unknown-role | revenue words/registry/definitions/qualification/mql.json:8:12 | the policy has no role \`c%,o\:\\u{d} \:\:error\:\:&lt;b&gt;\\u{1b}\[31m\|\[x\](https\://example.com){0}￾\`<br>the roles are account-executive, cfo, cmo, cro, customer-success, revops, sales-manager, sdr, sdr-manager |
    | error | unknown-file | revenue words/registry/odd, 100%\: &lt;&amp;"&gt;.txt | nothing of the registry is called \`odd, 100%\: &lt;&amp;"&gt;.txt\`<br>definitions stand in registry/definitions/&lt;kind&gt;/&lt;id&gt;.json; move other files out |
    | warning | waiver-expired | revenue words/registry/waivers.json:25:16 | \`review\` ended on 2026-04-30 and waives nothing any more<br>mend what it waived and remove it, or agree on a new day |

    Waived: 2 findings.

    | waiver | until | code | place | reason |
    | --- | --- | --- | --- | --- |
    | bookings | 2026-06-30 | draft-reference | revenue words/registry/definitions/metric/new-bookings.json:112:5 | Agreed on with &lt;finance&gt; &amp; sales. |
    | win-rate | 2026-05-01 | draft-reference | revenue words/registry/definitions/metric/win-rate.json:174:5 | Agreed on with &lt;finance&gt; &amp; sales. |
    stderr:
    Checked N+1 definitions: 3 errors, 1 warning; 2 findings waived.
    "#);
    assert_eq!(clean("markdown"), "### canon check: nothing is wrong\n");
}

/// What SARIF 2.1.0 asks of a log, as far as `canon` writes it: properties that exist and are demanded, and how they hang
/// together. Gives the number of results. `.ci/run` holds logs against the official schema.
fn sarif_results(log: &Value) -> usize {
    let keys = |value: &Value, demanded: &[&str], allowed: &[&str]| {
        let found: BTreeSet<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(demanded.iter().all(|key| found.contains(key)), "{demanded:?} in {value}");
        assert!(found.iter().all(|key| demanded.contains(key) || allowed.contains(key)), "{value}");
    };
    keys(log, &["version", "runs"], &["$schema"]);
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    let run = &log["runs"][0];
    keys(run, &["tool", "results", "columnKind"], &["automationDetails", "invocations"]);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let driver = &run["tool"]["driver"];
    keys(driver, &["name", "rules"], &["semanticVersion"]);
    let rules = driver["rules"].as_array().unwrap();
    for rule in rules {
        keys(rule, &["id"], &["shortDescription", "fullDescription", "help", "defaultConfiguration"]);
        let row = canonry::finding::rule(rule["id"].as_str().unwrap()).unwrap();
        assert_eq!(rule["fullDescription"]["text"], sarif::told(row.why));
        assert_eq!(rule["defaultConfiguration"]["level"], row.level.word());
    }
    let results = run["results"].as_array().unwrap();
    for result in results {
        keys(
            result,
            &["message", "ruleId", "ruleIndex", "level", "suppressions"],
            &["locations", "partialFingerprints"],
        );
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let text = result["message"]["text"].as_str().unwrap();
        assert!(!text.is_empty() && !text.contains("]("), "{text}");
        assert!(!text.replace("{{", "").replace("}}", "").contains(['{', '}']), "{text}");
        for suppression in result["suppressions"].as_array().unwrap() {
            keys(suppression, &["kind"], &["status", "justification"]);
            assert_eq!((&suppression["kind"], &suppression["status"]), (&"external".into(), &"accepted".into()));
        }
        for fingerprint in result["partialFingerprints"].as_object().unwrap().values() {
            assert_eq!(fingerprint.as_str().unwrap().len(), 64);
        }
        for location in result["locations"].as_array().unwrap() {
            keys(location, &["physicalLocation"], &["logicalLocations"]);
            let place = &location["physicalLocation"];
            keys(place, &["artifactLocation", "region"], &[]);
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte);
            assert!(!uri.starts_with('/') && uri.bytes().all(plain), "{uri}");
            let region = &place["region"];
            keys(region, &["startLine", "startColumn"], &["endLine", "endColumn"]);
            let at = |line: &str, column: &str| (region[line].as_u64().unwrap(), region[column].as_u64().unwrap());
            let start = at("startLine", "startColumn");
            assert!(start >= (1, 1));
            if region.get("endLine").is_some() {
                assert!(at("endLine", "endColumn") >= start, "{region}");
            }
        }
    }
    results.len()
}

#[test]
fn what_verify_and_fmt_find_has_the_same_formats() {
    let environment = Environment::with_registry();
    let text = environment.read(MQL);
    environment.write(MQL, &text.replacen("  \"name\"", "   \"name\"", 1));
    let fmt = |format| environment.canon(&["fmt", "--check", "--format", format]).expect(1).stdout;
    assert_snapshot!(fmt("github"), @r#"::error file=registry/definitions/qualification/mql.json,line=7,col=3,title=not-stored-form::the file is not written in its stored form: from here on the order or the spelling differs%0Ahelp: type `canon fmt`"#);
    assert_eq!(sarif_results(&serde_json::from_str(&fmt("sarif")).unwrap()), 1);
    assert!(roxmltree::Document::parse(&fmt("junit")).is_ok());
    environment.write(MQL, &text.replacen("\"days\": 60", "\"days\": 61", 1));
    environment.commit("Go around");
    let verify = |format| environment.canon(&["verify", "--format", format]).expect(1).stdout;
    assert_snapshot!(masked(&verify("github")), @r#"::error file=registry/definitions/qualification/mql.json,line=1,col=1,title=content-not-accepted::this document differs from the accepted one: no change record covers it%0Ahelp: It came with SHORT by Keeper <keeper@example.com>: "Go around". Type `canon propose` to ask for the approval of cmo (keeper), or `git revert SHORT`."#);
    assert_eq!(sarif_results(&serde_json::from_str(&verify("sarif")).unwrap()), 1);
    let report = verify("junit");
    let report = roxmltree::Document::parse(&report).unwrap();
    assert_eq!(report.root_element().attribute("failures"), Some("1"));
    let written = environment.canon(&["fmt", "--format", "gitlab"]).expect(0);
    assert_eq!(written.stdout, "[]\n");
}

#[test]
fn commands_without_findings_have_no_such_formats() {
    let environment = Environment::with_registry();
    assert_snapshot!(environment.canon(&["list", "--format", "sarif"]), @r#"
    status: 2
    stdout:
    stderr:
    error: `canon list` has no format `sarif`
    hint: It has text, json.
    "#);
    assert_snapshot!(environment.canon(&["init", "--format", "json"]), @r#"
    status: 2
    stdout:
    stderr:
    error: `canon init` has no format `json`
    hint: It has text.
    "#);
    let text_only: [&[&str]; 4] = [&[], &["init"], &["demo"], &["completions", "bash"]];
    let others: [&[&str]; 7] = [
        &["list"],
        &["show", "qualification/mql"],
        &["refs", "qualification/mql"],
        &["status"],
        &["explain"],
        &["propose", "--title", "T", "--why", "W"],
        &["publish"],
    ];
    for format in ["github", "gitlab", "junit", "sarif", "markdown"] {
        for arguments in text_only.iter().chain(&others) {
            let ran = environment.canon(&[arguments, &["--format", format][..]].concat()).expect(2);
            assert!(ran.stdout.is_empty() && ran.stderr.contains(&format!("has no format `{format}`")), "{ran}");
        }
    }
    for arguments in text_only {
        environment.canon(&[arguments, &["--format", "json"]].concat()).expect(2);
    }
}

#[test]
fn a_level_fails() {
    let environment = Environment::with_registry();
    for arguments in [&["check"][..], &["check", "--fail-on", "error"], &["check", "--fail-on", "warning"]] {
        environment.canon(arguments).expect(0);
    }
    environment.edit(
        "registry/waivers.json",
        "\"waivers\": []",
        r#""waivers": [{"id": "x", "code": "id-taken", "definition": "stage/sal", "reason": "R.", "until": "2026-05-02"}]"#,
    );
    environment.canon(&["fmt"]).expect(0);
    environment.canon(&["check"]).expect(0);
    environment.canon(&["check", "--fail-on", "error"]).expect(0);
    let junit = environment.canon(&["check", "--format", "junit"]).expect(0).stdout;
    assert!(junit.contains("failures=\"0\"") && junit.contains("<system-out>warning[waiver-unused]"), "{junit}");
    environment.canon(&["check", "--fail-on", "warning"]).expect(1);
    let junit = environment.canon(&["check", "--fail-on", "warning", "--format", "junit"]).expect(1).stdout;
    assert!(junit.contains("failures=\"1\"") && junit.contains("<failure type=\"waiver-unused\""), "{junit}");
    environment.canon(&["check", "--fail-on", "never"]).expect(2);
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let environment = Environment::with_registry();
    environment.edit(MQL, "\"cmo\"", "\"cmoo\"");
    let found = |environment: &Environment| {
        let report: Value = serde_json::from_str(&environment.canon(&["check", "--format", "gitlab"]).stdout).unwrap();
        (report[0]["fingerprint"].clone(), report[0]["location"]["lines"]["begin"].clone())
    };
    let (before, line) = found(&environment);
    environment.edit(MQL, "\"name\"", "\n\n\"name\"");
    environment.edit(MQL, "{", "{\n");
    let report: Value = serde_json::from_str(&environment.canon(&["check", "--format", "gitlab"]).stdout).unwrap();
    let moved = report.as_array().unwrap().iter().find(|issue| issue["check_name"] == "unknown-role").unwrap();
    assert_eq!(moved["fingerprint"], before);
    assert_ne!(moved["location"]["lines"]["begin"], line);
    environment.canon(&["fmt"]).expect(0);
    environment.edit(MQL, "\"cmoo\"", "\"cmo\"");
    environment.edit("registry/definitions/qualification/sal.json", "\"owner\": \"", "\"owner\": \"x");
    assert_ne!(found(&environment).0, before);
}

fn finding() -> impl Strategy<Value = Finding> {
    let target = prop_oneof![
        Just(Target::File),
        (0..40_usize).prop_map(Target::Offset),
        "(/[ab~0-1]{0,2}){0,2}".prop_map(Target::Value),
        "(/[ab~0-1]{0,2}){0,2}".prop_map(Target::Key),
    ];
    let texts = prop::collection::vec(prop_oneof![any::<String>(), "[|{}%:,\r\n<&\\]\\(\\[\u{fffe}\u{1b}]{0,9}"], 3);
    (0..RULES.len(), target, texts, any::<bool>()).prop_map(|(at, target, texts, hint)| {
        let path = if texts[0].is_empty() { String::new() } else { format!("p{}", texts[0]) };
        let mut finding = Finding::on_file(RULES[at], &path, format!("It {}", texts[1]));
        finding.target = target;
        if hint { finding.hint(&texts[2]) } else { finding }
    })
}

proptest! {
    #[test]
    fn any_finding_can_stand_in_any_format(
        findings in prop::collection::vec(finding(), 0..6), source in any::<String>(), root in "([a-z:%, <\u{e9}]{1,9})?",
    ) {
        let listing = Listing {
            command: "check", root: &root, documents: vec!["registry/registry.json"], findings: &findings, waived: &[],
            fail_on: Level::Error, source: &|_| Some(&source),
        };
        let commands = github::github(&listing);
        prop_assert_eq!(commands.lines().count(), findings.len());
        for (command, finding) in commands.lines().zip(&findings) {
            let start = format!("::{} ", finding.level().word());
            prop_assert!(command.starts_with(&start));
            // Between the two marks are properties and no more: what is foreign there holds neither comma nor colon.
            let (properties, message) = command[start.len()..].split_once("::").unwrap();
            let title = format!("title={}", finding.rule.code);
            prop_assert!(properties.ends_with(&title));
            prop_assert!(matches!(properties.split(',').count(), 1 | 4), "{}", properties);
            prop_assert!(!message.contains(['\r', '\n']));
        }
        let issues = gitlab::gitlab(&listing);
        let fingerprints: BTreeSet<&str> =
            issues.as_array().unwrap().iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
        prop_assert_eq!(fingerprints.len(), findings.len());
        prop_assert_eq!(sarif_results(&sarif::sarif(&listing)), findings.len());
        let report = junit::junit(&listing);
        let document = roxmltree::Document::parse(&report).unwrap();
        let cases = document.descendants().filter(|node| node.has_tag_name("testcase")).count();
        let paths: BTreeSet<String> = findings.iter().map(|finding| listing.in_repository(&finding.path)).collect();
        let own = listing.in_repository("registry/registry.json");
        prop_assert_eq!(cases, paths.len() + usize::from(!paths.contains(&own)));
        let rows = markdown::markdown(&listing).lines().filter(|line| line.starts_with("| ")).count();
        prop_assert_eq!(rows, if findings.is_empty() { 0 } else { findings.len() + 2 });
    }

    #[test]
    fn escapes_of_workflow_commands_can_be_undone(text in any::<String>()) {
        let undo = |text: &str| {
            let plain = [("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")];
            plain.iter().fold(text.to_owned(), |text, (escape, character)| text.replace(escape, character))
        };
        prop_assert_eq!(undo(&github::property(&text)), text.clone());
        prop_assert!(!github::property(&text).contains([':', ',', '\r', '\n']));
        prop_assert!(!github::data(&text).contains(['\r', '\n']));
    }
}

#[test]
fn what_is_escaped_is_escaped_so() {
    assert_eq!(github::data("100%\r\na:b,c"), "100%25%0D%0Aa:b,c");
    assert_eq!(github::property("100%\r\na:b,c"), "100%25%0D%0Aa%3Ab%2Cc");
    assert_eq!(github::data("%0A"), "%250A");
    assert_eq!(
        junit::xml("<a b='\"'>&\u{1}\u{fffe}\u{1f600}"),
        "&lt;a b=&apos;&quot;&apos;&gt;&amp;\\u{1}\\u{fffe}\u{1f600}"
    );
    assert_eq!(sarif::uri("a b/ü:%.json"), "a%20b/%C3%BC%3A%25.json");
    assert_eq!(sarif::told("[x](y) {0}"), "[x] (y) {{0}}");
    let levels: BTreeMap<Level, &str> = [(Level::Error, "error"), (Level::Warning, "warning")].into();
    assert!(levels.iter().all(|(level, word)| level.word() == *word));
}
