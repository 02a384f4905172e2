"""Who may do what, at every door: the one table. It is written out beside the code so that every change is a decision.

A new verb is a line of WHO; a new address is a line of DOORS: method, address (`/api` stands for
`/api/v1/w/<workspace>`, `/` for `/w/<workspace>/`), verb, and where a body decides which verb is asked, `+` and its
name in `bodies.py`. Verbs after a comma are asked as well. `-` is a door for everybody who came in.
"""

from dataclasses import dataclass

ROLES = ("owner", "admin", "manager", "rep", "leader", "viewer")

# verb: owner admin manager rep leader viewer, and the scope of a key
WHO = """
record.read          yyyyy-  records:read
record.write         yyyy--  records:write
record.advance       yyyy--  records:write
record.override      yyy---  records:write
record.restate       yyy---  records:write
record.assign        yyy---  records:write
account.assign       yyy---  records:write
record.import        yy----  records:write
activity.log         yyyy--  records:write
handoff.read         yyyyy-  handoffs:read
handoff.offer        yyyy--  handoffs:write
handoff.answer       yyyy--  handoffs:write
handoff.reassign     yyy---  handoffs:write
limbo.read           yyy-y-  handoffs:read
task.write           yyyyy-  handoffs:write
task.assign          yyy---  handoffs:write
task.complete        yyyyy-  handoffs:write
notice.read          yyyyy-  handoffs:read
notice.write         yyyyy-  handoffs:write
scorecard.read       yyyyyy  scorecard:read
rows.read            yyyyy-  scorecard:read
board.write          yyyyyy  scorecard:write
leak.target          yyy---  scorecard:write
leak.log             yyyyy-  scorecard:write
rates.write          yy----  rates:write
costs.write          yy----  costs:write
blueprint.read       yyyyy-  blueprint:read
change.propose       yyyyy-  changes:write
change.approve       yyy-y-  changes:write
change.publish       yy----  changes:write
people.read          yyyyy-  people:read
version.acknowledge  yyyyy-  changes:write
time_off.plan        yyyyy-  people:write
seats.manage         yyy---  people:write
hours.set            yyyyy-  people:write
people.manage        yy----  people:write
workspace.manage     yy----  workspace:write
aside.read           yy----  operations:read
aside.retry          yy----  operations:write
keys.manage          yy----  keys:write
security.read        yy----  security:read"""

DOORS = """
GET    /api/accounts                                                       record.read
GET    /api/accounts/<int:number>                                          record.read
GET    /api/accounts/<int:number>/owners                                   record.read
PUT    /api/accounts/<int:number>/owners/<slug:side>                       account.assign
DELETE /api/accounts/<int:number>/owners/<slug:side>                       account.assign
PUT    /api/accounts/<int:number>/parent                                   account.assign
GET    /api/accounts/<int:number>/similar                                  record.read
GET    /api/blueprint                                                      blueprint.read
GET    /api/blueprint.yaml                                                 blueprint.read
POST   /api/blueprint/apply                                                change.propose
GET    /api/blueprint/gone-names                                           blueprint.read
POST   /api/blueprint/plan                                                 change.propose
GET    /api/blueprint/proofs                                               blueprint.read
POST   /api/blueprint/proofs                                               change.propose
GET    /api/blueprint/seats                                                blueprint.read
POST   /api/blueprint/seats                                                change.propose
GET    /api/blueprint/versions                                             blueprint.read
GET    /api/blueprint/versions/<int:number>                                blueprint.read
POST   /api/blueprint/versions/<int:number>/acknowledgement                version.acknowledge,blueprint.read
GET    /api/boards                                                         scorecard.read
GET    /api/corrections                                                    rows.read
POST   /api/boards                                                         board.write
GET    /api/boards/<int:number>                                            scorecard.read
PUT    /api/boards/<int:number>                                            board.write
DELETE /api/boards/<int:number>                                            board.write
GET    /api/boards/<int:number>.csv                                        scorecard.read
GET    /api/boards/<int:number>/figures                                    scorecard.read
PUT    /api/boards/<int:number>/mailing                                    board.write
GET    /api/changes                                                        blueprint.read
GET    /api/changes/score-proposal                                         change.propose
POST   /api/changes/score-proposal                                         change.propose
POST   /api/changes                                                        change.propose
GET    /api/changes/<int:number>                                           blueprint.read
POST   /api/changes/<int:number>/approval                                  change.approve,blueprint.read
POST   /api/changes/<int:number>/edits                                     change.propose
GET    /api/changes/<int:number>/impact                                    blueprint.read
POST   /api/changes/<int:number>/impact                                    change.propose,blueprint.read
GET    /api/changes/<int:number>/proofs                                    blueprint.read
POST   /api/changes/<int:number>/proofs                                    change.propose,blueprint.read
POST   /api/changes/<int:number>/publication                               change.publish,blueprint.read
POST   /api/changes/<int:number>/rejection                                 change.approve,blueprint.read
POST   /api/changes/<int:number>/retiming                                  change.publish,blueprint.read
POST   /api/changes/<int:number>/rollback                                  change.propose,blueprint.read
POST   /api/changes/<int:number>/submission                                change.propose,blueprint.read
POST   /api/changes/<int:number>/withdrawal                                change.propose,blueprint.read
GET    /api/failing-passes                                                 aside.read
GET    /api/funnel                                                         scorecard.read
GET    /api/funnel.csv                                                     scorecard.read
GET    /api/funnel/leaks                                                   scorecard.read
PUT    /api/funnel/leaks/target                                            leak.target
POST   /api/funnel/leaks/log                                               leak.log
GET    /api/funnel/seams/<slug:key>                                        scorecard.read
GET    /api/funnel/steps/<str:key>                                         rows.read
GET    /api/handoffs                                                       handoff.read
POST   /api/handoffs                                                       handoff.offer
GET    /api/handoffs/<int:number>                                          handoff.read
DELETE /api/handoffs/<int:number>/acceptance                               handoff.answer
DELETE /api/handoffs/<int:number>/assignment                               handoff.reassign
DELETE /api/handoffs/<int:number>/recall                                   handoff.offer
DELETE /api/handoffs/<int:number>/rejection                                handoff.answer
GET    /api/handoffs/balance/<slug:team>                                   handoff.reassign
POST   /api/handoffs/bulk                                                  handoff.answer
POST   /api/handoffs/bulk                                                  handoff.reassign    +reassign
DELETE /api/handoffs/bulk/<uuid:deed_id>                                   handoff.answer
POST   /api/handoffs/<int:number>/acceptance                               handoff.answer
POST   /api/handoffs/<int:number>/assignment                               handoff.reassign
PATCH  /api/handoffs/<int:number>/packet                                   handoff.offer
GET    /api/handoffs/<int:number>/packet/files/<slug:item>                 handoff.read
PUT    /api/handoffs/<int:number>/packet/files/<slug:item>                 handoff.offer
POST   /api/handoffs/<int:number>/pause                                    handoff.answer
DELETE /api/handoffs/<int:number>/pause                                    handoff.answer
POST   /api/handoffs/<int:number>/recall                                   handoff.offer
POST   /api/handoffs/<int:number>/rejection                                handoff.answer
GET    /api/imports                                                        record.import
POST   /api/imports                                                        record.import
GET    /api/imports/<int:number>                                           record.import
POST   /api/imports/<int:number>/cancellation                              record.import
PUT    /api/imports/<int:number>/mapping                                   record.import
GET    /api/imports/<int:number>/rejections                                record.import
GET    /api/imports/<int:number>/rejections.csv                            record.import
DELETE /api/imports/<int:number>/undo                                      record.import
GET    /api/imports/<int:number>/undo                                      record.import
POST   /api/imports/<int:number>/undo                                      record.import
POST   /api/imports/<int:number>/undo/confirmation                         record.import
PUT    /api/imports/<int:number>/sheet                                     record.import
PUT    /api/imports/<int:number>/encoding                                  record.import
POST   /api/imports/<int:number>/start                                     record.import
POST   /api/imports/<int:number>/trial                                     record.import
GET    /api/invitations                                                    people.manage
POST   /api/invitations                                                    people.manage
POST   /api/invitations/batch                                              people.manage
POST   /api/invitations/<uuid:invitation_id>/renewal                       people.manage
POST   /api/invitations/<uuid:invitation_id>/revocation                    people.manage
GET    /api/keys                                                           keys.manage
POST   /api/keys                                                           keys.manage
POST   /api/keys/<uuid:key_id>/revocation                                  keys.manage
GET    /api/limbo                                                          limbo.read
POST   /api/limbo/offers                                                   handoff.reassign
GET    /api/me                                                             -
GET    /api/metrics                                                        scorecard.read
GET    /api/metrics/<slug:key>                                             scorecard.read
GET    /api/metrics/<slug:key>.csv                                         scorecard.read
GET    /api/metrics/<slug:key>/rows                                        rows.read
GET    /api/metrics/<slug:key>/why                                         scorecard.read
GET    /api/notices                                                        notice.read
POST   /api/notices/<uuid:notice_id>/seen                                  notice.write
POST   /api/notices/seen                                                   notice.write
GET    /api/notices/wishes                                                 notice.read
PUT    /api/notices/wishes                                                 notice.write
GET    /api/notice-deliveries                                              aside.read
POST   /api/notice-deliveries/<uuid:delivery_id>/retry                     aside.retry
GET    /api/people                                                         people.read
GET    /api/people/<uuid:member_id>                                        people.read
GET    /api/people/<uuid:member_id>/handovers                              handoff.reassign
POST   /api/people/<uuid:member_id>/handovers                              handoff.reassign
GET    /api/people/<uuid:member_id>/handovers/<uuid:plan_id>               handoff.reassign
POST   /api/people/<uuid:member_id>/handovers/<uuid:plan_id>/retry         handoff.reassign
POST   /api/people/<uuid:member_id>/handovers/<uuid:plan_id>/reversal      handoff.reassign
POST   /api/people/<uuid:member_id>/handovers/rehearsal                    handoff.reassign
PATCH  /api/people/<uuid:member_id>                                        people.manage
POST   /api/people/<uuid:member_id>/deactivation                           people.manage
DELETE /api/people/<uuid:member_id>/deactivation                           people.manage
GET    /api/people/<uuid:member_id>/capacity                               people.read
PUT    /api/people/<uuid:member_id>/capacity                               seats.manage
GET    /api/people/<uuid:member_id>/departure                              people.manage,handoff.reassign,record.write
POST   /api/people/<uuid:member_id>/departure                              people.manage,handoff.reassign,record.write
GET    /api/people/<uuid:member_id>/deputy                                 people.read
PUT    /api/people/<uuid:member_id>/deputy                                 time_off.plan
DELETE /api/people/<uuid:member_id>/deputy                                 time_off.plan
GET    /api/people/<uuid:member_id>/hours                                  people.read
PUT    /api/people/<uuid:member_id>/hours                                  hours.set
DELETE /api/people/<uuid:member_id>/hours                                  hours.set
POST   /api/people/<uuid:member_id>/hours/closed-days                      hours.set
GET    /api/people/<uuid:member_id>/makings                                people.manage
GET    /api/people/<uuid:member_id>/time-off                               people.read
POST   /api/people/<uuid:member_id>/time-off                               time_off.plan
DELETE /api/people/<uuid:member_id>/time-off/<uuid:absence_id>             time_off.plan
POST   /api/metric-preview                                                 change.propose
GET    /api/pools/<slug:key>/ledger                                        handoff.read
GET    /api/rates                                                          scorecard.read
POST   /api/rates                                                          rates.write
DELETE /api/rates/<uuid:rate_id>                                           rates.write
GET    /api/costs                                                          scorecard.read
POST   /api/costs                                                          costs.write
DELETE /api/costs/<uuid:cost_id>                                           costs.write
GET    /api/playbooks                                                      handoff.read
GET    /api/playbook-runs                                                  handoff.read
GET    /api/playbook-runs/<int:number>                                     handoff.read
POST   /api/playbook-runs/<int:number>/skip                                record.write
POST   /api/playbook-runs/<int:number>/stop                                record.write
GET    /api/promises                                                       handoff.read
GET    /api/promises/<int:number>                                          handoff.read
POST   /api/promises/<int:number>/consequence                              handoff.answer
POST   /api/promises/<int:number>/decision                                 handoff.answer
GET    /api/records                                                        record.read
POST   /api/records                                                        record.write
GET    /api/records/<int:number>                                           record.read
PATCH  /api/records/<int:number>                                           record.write
GET    /api/records/<int:number>/last-move                                 record.read
DELETE /api/records/<int:number>/last-move                                 record.advance
GET    /api/records/<int:number>/last-owner                                record.read
DELETE /api/records/<int:number>/last-owner                                record.write
GET    /api/records/<int:number>/activities                                record.read
POST   /api/records/<int:number>/activities                                activity.log
POST   /api/records/<int:number>/advance                                   record.advance
GET    /api/records/<int:number>/offers                                    handoff.read
POST   /api/records/<int:number>/offers                                    handoff.offer
PATCH  /api/records/<int:number>/packets/<slug:seam>                       handoff.offer
PUT    /api/records/<int:number>/packets/<slug:seam>/files/<slug:item>     handoff.offer
GET    /api/records/<int:number>/path                                      handoff.read
GET    /api/records/<int:number>/playbooks                                 handoff.read
POST   /api/records/<int:number>/playbooks                                 record.write
GET    /api/records/<int:number>/stage-ladder                              handoff.read
GET    /api/records/<int:number>/promises                                  handoff.read
POST   /api/records/<int:number>/promises                                  record.write
GET    /api/records/<int:number>/restatements                              record.read
POST   /api/records/<int:number>/restatements                              record.restate
GET    /api/records/<int:number>/timeline                                  record.read
POST   /api/records:batch                                                  record.write
GET    /api/restatements                                                   rows.read
POST   /api/routing/try                                                    change.propose
GET    /api/routing/yields/<slug:key>                                      blueprint.read
POST   /api/routing/yields/<slug:key>                                      change.propose
GET    /api/routing-questions                                              handoff.read
GET    /api/scorecard                                                      scorecard.read
GET    /api/scorecard.csv                                                  scorecard.read
GET    /api/search                                                         record.read
GET    /api/sample-company                                                 workspace.manage
POST   /api/sample-company                                                 workspace.manage
DELETE /api/sample-company                                                 workspace.manage
POST   /api/sample-company/entrance                                        workspace.manage
GET    /api/security-events                                                security.read
GET    /api/saved-mappings                                                 record.import
POST   /api/saved-mappings                                                 record.import
DELETE /api/saved-mappings/<uuid:saved_id>                                 record.import
GET    /api/set-aside                                                      aside.read
POST   /api/set-aside/<uuid:row_id>/retry                                  aside.retry
GET    /api/setup                                                          blueprint.read
POST   /api/setup/end                                                      change.approve
GET    /api/steps                                                          blueprint.read
GET    /api/slack                                                          workspace.manage
PUT    /api/slack                                                          workspace.manage
DELETE /api/slack                                                          workspace.manage
GET    /api/team-absences                                                  people.read
GET    /api/team-load                                                      handoff.read
GET    /api/tasks                                                          handoff.read
GET    /api/tasks/<int:number>                                             handoff.read
POST   /api/tasks                                                          task.write
PATCH  /api/tasks/<int:number>                                             task.write
POST   /api/tasks/<int:number>/snooze                                      task.write
POST   /api/tasks/<int:number>/completion                                  task.complete
GET    /api/teams                                                          people.read
POST   /api/teams                                                          people.manage
GET    /api/teams/<slug:key>                                               people.read
PATCH  /api/teams/<slug:key>                                               people.manage
GET    /api/teams/<slug:key>/hours                                         people.read
PUT    /api/teams/<slug:key>/hours                                         hours.set
DELETE /api/teams/<slug:key>/hours                                         hours.set
POST   /api/teams/<slug:key>/hours/closed-days                             hours.set
PUT    /api/teams/<slug:key>/seats/<uuid:member_id>                        seats.manage
DELETE /api/teams/<slug:key>/seats/<uuid:member_id>                        seats.manage
GET    /api/workspace                                                      people.read
PATCH  /api/workspace                                                      workspace.manage
POST   /api/records                                                        record.override     +override
POST   /api/records:batch                                                  record.override     +override
POST   /api/records/<int:number>/advance                                   record.override     +override
PATCH  /api/records/<int:number>                                           record.assign       +colleague
POST   /api/records                                                        record.assign       +colleague
POST   /api/records                                                        record.advance      +stage
POST   /api/records:batch                                                  record.advance      +stage
POST   /api/tasks                                                          task.assign         +colleague

GET    /                                                                   -
GET    /accounts/                                                          record.read
GET    /accounts/<int:number>/                                             record.read
POST   /accounts/<int:number>/owners/                                      account.assign
POST   /accounts/<int:number>/parent/                                      account.assign
GET    /blueprint/                                                         blueprint.read
GET    /blueprint/blueprint.yaml                                           blueprint.read
POST   /blueprint/seats/<slug:key>/proposal/                               change.propose
GET    /blueprint/versions/                                                blueprint.read
GET    /blueprint/versions/<int:number>/                                   blueprint.read
POST   /blueprint/versions/<int:number>/acknowledgement/                   version.acknowledge
GET    /blueprint/versions/<int:number>/blueprint.yaml                     blueprint.read
GET    /boards/                                                            scorecard.read
GET    /boards/<int:number>.csv                                            scorecard.read
GET    /boards/<int:number>/                                               scorecard.read
GET    /boards/<int:number>/edit/                                          board.write,scorecard.read
POST   /boards/<int:number>/edit/                                          board.write,scorecard.read
POST   /boards/<int:number>/mailing/                                       board.write,scorecard.read
POST   /boards/<int:number>/removal/                                       board.write,scorecard.read
GET    /boards/mails/<uuid:mail_id>/                                       scorecard.read
GET    /boards/new/                                                        board.write,scorecard.read
POST   /boards/new/                                                        board.write,scorecard.read
GET    /changes/                                                           blueprint.read
GET    /changes/<int:number>/                                              blueprint.read
POST   /changes/<int:number>/approval/                                     change.approve
GET    /changes/<int:number>/edit/<slug:what>/                             blueprint.read
POST   /changes/<int:number>/edit/<slug:what>/                             change.propose
GET    /changes/<int:number>/impact/                                       blueprint.read
POST   /changes/<int:number>/impact/                                       change.propose
GET    /changes/<int:number>/proofs/                                       blueprint.read
POST   /changes/<int:number>/proofs/                                       change.propose
POST   /changes/<int:number>/publication/                                  change.publish
POST   /changes/<int:number>/rejection/                                    change.approve
POST   /changes/<int:number>/repetition/                                   change.propose
POST   /changes/<int:number>/retraction/                                   change.propose
POST   /changes/<int:number>/retiming/                                     change.publish
POST   /changes/<int:number>/rollback/                                     change.propose
POST   /changes/<int:number>/submission/                                   change.propose
POST   /changes/<int:number>/update/                                       change.propose
POST   /changes/<int:number>/withdrawal/                                   change.propose
POST   /changes/<int:number>/words/                                        change.propose
GET    /changes/new/                                                       change.propose
POST   /changes/new/                                                       change.propose
GET    /changes/score-proposal/                                            change.propose
POST   /changes/score-proposal/                                            change.propose
GET    /changes/unreviewed/figure/                                         blueprint.read
GET    /changes/what-if/                                                   blueprint.read
GET    /funnel.csv                                                         scorecard.read
GET    /funnel/                                                            scorecard.read
GET    /funnel/leaks/                                                      scorecard.read
POST   /funnel/leaks/log/                                                  leak.log
POST   /funnel/leaks/target/                                               leak.target
GET    /funnel/seams/<slug:key>/                                           scorecard.read
GET    /funnel/steps/<str:key>/                                            rows.read
GET    /funnel/steps/<str:key>/journeys.csv                                rows.read
GET    /handoffs/                                                          handoff.read
GET    /handoffs/<int:number>/                                             handoff.read
POST   /handoffs/<int:number>/acceptance/                                  handoff.answer
POST   /handoffs/<int:number>/acceptance/undo/                             handoff.answer
POST   /handoffs/<int:number>/assignment/undo/                             handoff.reassign
POST   /handoffs/<int:number>/recall/undo/                                 handoff.offer
POST   /handoffs/<int:number>/rejection/undo/                              handoff.answer
GET    /handoffs/<int:number>/assignment/                                  handoff.reassign
POST   /handoffs/<int:number>/assignment/                                  handoff.reassign
POST   /handoffs/<int:number>/packet/                                      handoff.offer
GET    /handoffs/<int:number>/packet/files/<slug:item>/                    handoff.read
GET    /handoffs/<int:number>/pause/                                       handoff.answer
POST   /handoffs/<int:number>/pause/                                       handoff.answer
POST   /handoffs/<int:number>/recall/                                      handoff.offer
GET    /handoffs/<int:number>/rejection/                                   handoff.answer
POST   /handoffs/<int:number>/rejection/                                   handoff.answer
POST   /handoffs/<int:number>/resumption/                                  handoff.answer
POST   /handoffs/team/bulk/                                                handoff.answer
POST   /handoffs/team/bulk/<uuid:deed_id>/undo/                            handoff.answer
GET    /handoffs/team/absences/                                            people.read
POST   /handoffs/team/absences/                                            time_off.plan
GET    /handoffs/team/balance/                                             handoff.reassign
GET    /handoffs/team/                                                     handoff.read
POST   /handoffs/<int:number>/touches/                                     activity.log
POST   /imports/saved-mappings/<uuid:saved_id>/removal/                    record.import
GET    /imports/                                                           record.import
POST   /imports/                                                           record.import
GET    /imports/<int:number>/                                              record.import
POST   /imports/<int:number>/cancellation/                                 record.import
POST   /imports/<int:number>/encoding/                                     record.import
POST   /imports/<int:number>/mapping/                                      record.import
GET    /imports/<int:number>/progress/                                     record.import
GET    /imports/<int:number>/rejections.csv                                record.import
GET    /imports/<int:number>/undo/                                         record.import
POST   /imports/<int:number>/undo/                                         record.import
POST   /imports/<int:number>/sheet/                                        record.import
POST   /imports/<int:number>/start/                                        record.import
GET    /inbox/                                                             handoff.read
GET    /keys/                                                              keys.manage
POST   /keys/<uuid:key_id>/revocation/                                     keys.manage
GET    /keys/new/                                                          keys.manage
POST   /keys/new/                                                          keys.manage
GET    /limbo/                                                             limbo.read
GET    /limbo/figure/                                                      scorecard.read
POST   /limbo/offers/                                                      handoff.reassign
GET    /notices/                                                           notice.read
GET    /notices/deliveries/                                                aside.read
POST   /notices/deliveries/<uuid:delivery_id>/retry/                       aside.retry
GET    /notices/wishes/                                                    notice.read
POST   /notices/wishes/                                                    notice.write
GET    /notices/bell/                                                      notice.read
POST   /notices/<uuid:notice_id>/opening/                                  notice.write
POST   /notices/seen/                                                      notice.write
GET    /people/                                                            people.read
GET    /people/<uuid:member_id>/                                           people.read
POST   /people/<uuid:member_id>/                                           people.manage
GET    /people/<uuid:member_id>/capacity/                                  seats.manage
POST   /people/<uuid:member_id>/capacity/                                  seats.manage
POST   /people/<uuid:member_id>/deactivation/                              people.manage
GET    /people/<uuid:member_id>/handovers/                                 handoff.reassign
POST   /people/<uuid:member_id>/handovers/                                 handoff.reassign
POST   /people/<uuid:member_id>/handovers/<uuid:plan_id>/retry/            handoff.reassign
POST   /people/<uuid:member_id>/handovers/<uuid:plan_id>/undo/             handoff.reassign
GET    /people/<uuid:member_id>/departure/                                 people.manage
POST   /people/<uuid:member_id>/departure/                                 people.manage
POST   /people/<uuid:member_id>/deputy/                                    time_off.plan
GET    /people/<uuid:member_id>/hours/                                     people.read
POST   /people/<uuid:member_id>/hours/                                     hours.set
POST   /people/<uuid:member_id>/reactivation/                              people.manage
POST   /people/<uuid:member_id>/role/                                      people.manage
POST   /people/<uuid:member_id>/time-off/                                  time_off.plan
POST   /people/<uuid:member_id>/time-off/<uuid:absence_id>/removal/        time_off.plan
GET    /people/invitations/                                                people.manage
POST   /people/invitations/<uuid:invitation_id>/renewal/                   people.manage
POST   /people/invitations/<uuid:invitation_id>/revocation/                people.manage
GET    /people/invite/                                                     people.manage
POST   /people/invite/                                                     people.manage
GET    /people/teams/                                                      people.read
GET    /people/teams/<slug:key>/                                           people.read
POST   /people/teams/<slug:key>/                                           people.manage
GET    /people/teams/<slug:key>/hours/                                     people.read
POST   /people/teams/<slug:key>/hours/                                     hours.set
POST   /people/teams/<slug:key>/seats/                                     seats.manage
POST   /people/teams/<slug:key>/seats/<uuid:member_id>/                    seats.manage
POST   /people/teams/<slug:key>/seats/<uuid:member_id>/removal/            seats.manage
GET    /people/teams/new/                                                  people.manage
POST   /people/teams/new/                                                  people.manage
GET    /pools/<slug:key>/ledger/                                           handoff.read
GET    /rates/                                                             scorecard.read
POST   /rates/                                                             rates.write
POST   /rates/<uuid:rate_id>/removal/                                      rates.write
POST   /rates/lines/                                                       rates.write
GET    /costs/                                                             scorecard.read
POST   /costs/                                                             costs.write
POST   /costs/<uuid:cost_id>/removal/                                      costs.write
POST   /costs/lines/                                                       costs.write
GET    /restatements.csv                                                   rows.read
GET    /restatements/corrections/                                          rows.read
GET    /restatements/                                                      rows.read
GET    /playbooks/                                                         handoff.read
POST   /playbooks/<int:number>/skip/                                       record.write
POST   /playbooks/<int:number>/stop/                                       record.write
GET    /promises/                                                          handoff.read
POST   /promises/<int:number>/decision/                                    handoff.answer
GET    /records/                                                           record.read
GET    /records/<int:number>/                                              record.read
POST   /records/<int:number>/advance/undo/                                 record.advance
POST   /records/<int:number>/owner/undo/                                   record.write
POST   /records/<int:number>/activities/                                   activity.log
POST   /records/<int:number>/advance/                                      record.advance
GET    /records/<int:number>/edit/                                         record.write
POST   /records/<int:number>/edit/                                         record.write
GET    /records/<int:number>/offers/                                       handoff.offer
POST   /records/<int:number>/offers/                                       handoff.offer
POST   /records/<int:number>/packets/<slug:seam>/                          handoff.offer
POST   /records/<int:number>/owner/                                        record.write
GET    /records/<int:number>/path/                                         handoff.read
GET    /records/<int:number>/playbooks/                                    handoff.read
POST   /records/<int:number>/playbooks/                                    record.write
POST   /records/<int:number>/promises/                                     record.write
GET    /records/<int:number>/restatements/                                 record.read
POST   /records/<int:number>/restatements/                                 record.restate
GET    /records/new/                                                       record.write
POST   /records/new/                                                       record.write
GET    /scorecard.csv                                                      scorecard.read
GET    /routing/try/                                                       change.propose
POST   /routing/try/                                                       change.propose
GET    /routing/yields/<slug:key>/                                         blueprint.read
POST   /routing/yields/<slug:key>/                                         change.propose
GET    /scorecard/                                                         scorecard.read
GET    /scorecard/<slug:key>.csv                                           scorecard.read
GET    /scorecard/<slug:key>/                                              scorecard.read
GET    /scorecard/<slug:key>/rows.csv                                      rows.read
GET    /scorecard/<slug:key>/rows/                                         rows.read
GET    /scorecard/<slug:key>/why/                                          scorecard.read
GET    /search/                                                            record.read
GET    /search/questions/                                                  handoff.read
GET    /set-aside/                                                         aside.read
POST   /set-aside/<uuid:row_id>/retry/                                     aside.retry
GET    /sample/                                                            workspace.manage
POST   /sample/                                                            workspace.manage
POST   /sample/entrance/                                                   workspace.manage
POST   /sample/removal/                                                    workspace.manage
GET    /settings/                                                          workspace.manage
POST   /settings/                                                          workspace.manage
GET    /settings/security/                                                 security.read
GET    /setup/                                                             blueprint.read
POST   /setup/                                                             change.approve
GET    /steps/                                                             blueprint.read
GET    /slack/                                                             workspace.manage
POST   /slack/                                                             workspace.manage
POST   /slack/removal/                                                     workspace.manage
GET    /tasks/                                                             handoff.read
GET    /tasks/new/                                                         task.write
POST   /tasks/new/                                                         task.write
GET    /tasks/<int:number>/edit/                                           task.write
POST   /tasks/<int:number>/edit/                                           task.write
POST   /tasks/<int:number>/snooze/                                         task.write
POST   /tasks/<int:number>/completion/                                     task.complete
GET    /workspaces/                                                        -
POST   /records/<int:number>/advance/                                      record.override     +override
POST   /records/<int:number>/owner/                                        record.assign       +colleague
"""


@dataclass(frozen=True)
class Who:
    """The roles that carry a verb, and the scope a key needs for it."""

    roles: frozenset[str]
    scope: str


@dataclass(frozen=True)
class Door:
    """One way to do one thing."""

    method: str
    address: str
    verbs: str
    variant: str = ""

    @property
    def verb(self) -> str:
        """What the door is about."""
        return self.verbs.split(",")[0]

    @property
    def route(self) -> str:
        """The address as the resolver spells it."""
        head, rest = (
            ("api/v1/w/<slug:workspace>", self.address[4:]) if self.is_api else ("w/<slug:workspace>", self.address)
        )
        return head + rest

    @property
    def is_api(self) -> bool:
        """Whether programs come in here too."""
        return self.address.startswith("/api/")

    def __str__(self) -> str:
        return f"{self.method} {self.address} {self.verbs} {self.variant}".rstrip()


def who() -> dict[str, Who]:
    """Verb → who."""
    rows = (line.split() for line in WHO.strip().splitlines())
    return {
        verb: Who(frozenset(role for role, told in zip(ROLES, told_of, strict=True) if told == "y"), scope)
        for verb, told_of, scope in rows
    }


def doors() -> list[Door]:
    """Every door, pages and API."""
    return [Door(*line.split()) for line in DOORS.strip().splitlines() if line.strip()]
