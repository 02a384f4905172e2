"""API of governance, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from governance.api import blueprint_calls, change_calls, score_calls, seat_calls, trial_calls, yield_calls

app_name = "governance_api"
router = ApiRouter()
router.register("", blueprint_calls.BlueprintViewSet, "blueprint")
router.register("blueprint/versions", blueprint_calls.VersionViewSet, "versions")
router.register("", seat_calls.SeatsViewSet, "seats")
router.register("", blueprint_calls.SetupViewSet, "setup")
router.register("", blueprint_calls.StepsViewSet, "steps")
router.register("changes", score_calls.ScoreProposalViewSet, "score-proposal")
router.register("changes", change_calls.ChangeViewSet, "changes")
router.register("routing", yield_calls.YieldsViewSet, "yields")
router.register("routing", trial_calls.TrialViewSet, "routing")
urlpatterns = router.urls
