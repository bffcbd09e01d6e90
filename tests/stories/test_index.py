"""How others failed, and what is hard about the platforms: each with the tests that fail without our guard.

The numbers are those of the failure stories and traps that this house was built against. Each guard was broken
once by hand and its tests seen red; whoever takes a guard away sees it again.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

FAILURES: Mapping[str, tuple[str, ...]] = {
    "1 an internal remark reaches the citizen": (
        "stories/test_failures.py::test_no_word_without_a_confirmation_reaches_the_public",
        "commands/test_tanggapi.py::test_free_text_is_never_published",
        "commands/test_tanggapi.py::test_whoever_may_only_draft_cannot_send",
    ),
    "2 posted from the wrong account": (
        "stories/test_failures.py::test_the_account_comes_from_the_case_whoever_presses_wherever",
        "commands/test_sending.py::test_its_name_is_typed_first",
        "commands/test_voices.py::test_whoever_may_not_speak_as_that_account_does_not",
        "commands/test_voices.py::test_only_another_was_named_it_answers_for_the_agency",
    ),
    "3 an angry or threatening reply": (
        "stories/test_failures.py::test_an_angry_answer_meets_every_guard",
        "commands/test_guard.py::test_what_is_blocked_needs_a_second_person",
        "commands/test_sending.py::test_at_night_an_author_asks",
        "commands/test_sending.py::test_a_new_author_asks_until_five_answers_are_public",
        "commands/test_sending.py::test_held_back_it_is_the_draft_it_was",
    ),
    "4 personal data leak": (
        "stories/test_failures.py::test_three_numbers_of_a_citizen_are_gone_from_every_card_and_every_answer",
        "stories/test_failures.py::test_an_order_names_neither_the_reporter_nor_their_words",
        "plugin/test_masking.py::test_all_numbers_of_a_text_go",
        "plugin/safety/test_checking.py::test_every_occurrence_is_found",
        "plugin/safety/test_checking.py::test_personal_numbers_are_never_asked_for_in_public",
        "plugin/test_photos.py::test_nothing_remains_but_what_can_be_seen",
    ),
    "5 double replies and double actions": (
        "commands/test_tanggapi.py::test_fifty_people_pressing_at_once_send_once",
        "plugin/test_thousand_replies.py::test_a_thousand_answers_never_two_never_silently_none",
        "adapters/test_slack_hearing.py::test_one_message_under_two_event_ids_is_one_delivery",
        "commands/test_tanggapi.py::test_two_drafts_for_one_post_do_not_both_go_out",
        "commands/test_working_list.py::test_one_holder_at_a_time",
    ),
    "7 a citizen's text calls everybody or breaks a message": (
        "contract/chat.py::test_hostile_text_stays_text_beside_our_own_markup",
        "contract/chat.py::test_hostile_button_labels_stay_text",
        "adapters/test_slack_rendering.py::test_the_notification_says_the_same",
        "commands/test_conversations.py::test_hostile_text_is_text",
        "e2e/test_hostile.py::test_hostile_words_are_words",
        "plugin/answers/test_wordings.py::test_what_is_filled_in_stays_text",
    ),
    "10 the platform changes its rules": (
        "stories/test_failures.py::test_when_a_platform_shuts_its_door_the_same_draft_goes_by_hand",
        "commands/test_by_hand.py::test_refused_the_same_draft_goes_by_hand",
        "commands/test_tanggapi.py::test_without_the_approval_a_person_posts_by_hand",
        "plugin/test_polling.py::test_our_own_fault_in_one_account_does_not_stop_the_others",
    ),
    "11 rate limits and bills": (
        "plugin/test_gates.py::test_who_waits_books_nothing_so_a_reply_never_stands_behind_them",
        "plugin/test_gates.py::test_of_all_who_wait_in_several_processes_replies_go_first_and_audits_last",
        "adapters/test_paces.py::test_a_room_that_wants_to_be_left_alone_is_by_every_process",
        "adapters/test_paces.py::test_whoever_comes_after_a_429_does_not_ask_again",
        "commands/test_guard.py::test_where_links_cost_the_price_is_told",
    ),
}

TRAPS: Mapping[str, tuple[str, ...]] = {
    "1 X's clause about governments": (
        "commands/test_tanggapi.py::test_without_the_approval_a_person_posts_by_hand",
        "plugin/test_connecting.py::test_without_the_approval_it_is_posted_by_hand",
    ),
    "2 whom X does not let us answer": (
        "commands/test_voices.py::test_nobody_named_a_person_posts_by_hand",
        "commands/test_by_hand.py::test_refused_the_same_draft_goes_by_hand",
        "adapters/test_x_publishing.py::test_who_was_not_named_may_not_answer",
        "commands/test_gabung.py::test_who_did_not_call_the_account_is_not_answered_through_the_api",
    ),
    "3 a timeout after the platform took it": (
        "commands/test_tanggapi.py::test_an_unclear_end_is_looked_up_before_anything_is_sent_again",
        "commands/test_tanggapi.py::test_what_did_not_arrive_is_sent_again_once",
        "adapters/test_x_publishing.py::test_no_answer_is_uncertain_and_never_sent_again",
        "adapters/test_x_publishing.py::test_the_same_text_twice_is_a_duplicate_that_is_found",
        "adapters/test_slack_trouble.py::test_a_broken_call_is_not_made_twice",
    ),
    "4 two people confirm, anybody may press": (
        "commands/test_sending.py::test_fifty_presses_of_every_kind_send_once",
        "commands/test_tanggapi.py::test_whoever_may_only_draft_cannot_send",
        "plugin/test_dispatch.py::test_a_forged_button_does_nothing",
    ),
    "6 hyphens in commands": (
        "plugin/test_names.py::test_all_these_are_one_command",
        "adapters/test_telegram_secrets.py::test_the_menu_holds_names_that_telegram_takes",
        "plugin/test_dispatch.py::test_an_unknown_command_names_the_nearest",
    ),
    "11 acknowledged before it is stored": (
        "adapters/test_slack_unstored.py::test_an_event_that_was_not_stored_comes_again",
        "adapters/test_telegram_webhook.py::test_a_delivery_that_was_not_stored_is_answered_with_an_error",
        "adapters/test_telegram_nothing_lost.py::test_killed_before_it_was_stored_it_comes_again",
        "stories/test_failures.py::test_what_was_acknowledged_is_stored_already",
        "plugin/test_dispatch.py::test_what_was_stored_before_a_crash_is_worked_off_after_it",
        "e2e/test_killed.py::test_what_was_asked_is_answered_once",
    ),
    "12 three seconds": (
        "stories/test_failures.py::test_a_form_that_came_too_late_is_offered_again",
        "adapters/test_slack_door.py::test_nothing_waits_between_the_delivery_and_its_acknowledgement",
        "adapters/test_slack_socket.py::test_a_slow_delivery_holds_nobody_up",
    ),
    "13 markup in what citizens write": (
        "contract/chat.py::test_hostile_text_stays_text_beside_our_own_markup",
        "adapters/test_slack_rendering.py::test_the_notification_says_the_same",
        "commands/test_rekap_akun.py::test_a_name_is_never_a_formula_and_strange_letters_are_printed",
        "commands/test_aspirasi.py::test_the_files_have_each_of_them_and_nobodys_number",
    ),
    "14 markup of the chat in what we publish": (
        "stories/test_failures.py::test_what_the_chat_wrote_into_a_text_does_not_reach_the_public",
        "adapters/test_slack_words.py::test_what_is_escaped_comes_back",
        "commands/test_tanggapi.py::test_published_text_is_exactly_the_previewed_text",
    ),
    "15 a missing blank makes a link": (
        "adapters/test_x_measure.py::test_links_that_nobody_meant_are_found",
        "plugin/safety/test_checking.py::test_a_missing_blank_that_makes_a_link_is_offered_the_blank",
        "commands/test_guard.py::test_where_links_cost_the_price_is_told",
    ),
    "16 the same words from many agencies": (
        "commands/test_guard.py::test_the_same_words_from_another_agencys_account_are_noticed",
        "commands/test_gabung.py::test_the_words_of_another_agency_lately_are_known_for_each",
        "plugin/answers/test_wordings.py::test_fits_into_a_post_and_passes_the_checks",
    ),
    "19 the wrong account behind a token": (
        "plugin/test_connecting.py::test_somebody_elses_tokens_are_refused",
        "adapters/test_x_publishing.py::test_each_account_writes_as_itself",
        "stories/test_failures.py::test_the_account_comes_from_the_case_whoever_presses_wherever",
    ),
    "20 the platform's shapes and its library drift": (
        "adapters/test_x_names.py::test_the_names_x_knows_are_found_out_once",
        "adapters/test_x_hostile.py::test_no_change_anywhere_breaks_the_reader",
        "adapters/test_x_publishing.py::test_no_token_and_no_text_is_ever_logged",
        "adapters/test_slack_door.py::test_neither_words_nor_tokens_are_logged",
        "adapters/test_telegram_secrets.py::test_neither_token_nor_words_are_ever_logged",
    ),
}
"""Trap 5, tokens that are used once, stands with connecting accounts."""


@pytest.mark.parametrize("story", [*FAILURES, *(f"trap {name}" for name in TRAPS)])
def test_a_story_has_tests_that_exist(story: str) -> None:
    named = FAILURES.get(story) or TRAPS[story.removeprefix("trap ")]

    assert {one for one in named if one not in _tests(one)} == set()


def _tests(named: str) -> set[str]:
    file, _, _ = named.partition("::")
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    functions = [n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {f"{file}::{name}" for name in functions}
