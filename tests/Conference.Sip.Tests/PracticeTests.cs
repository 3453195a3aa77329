using System.Text.RegularExpressions;

namespace Conference.Sip.Tests;

/// <summary>
/// What breaks in practice: the reports of the field, numbered as in the specification of signalling, and the tests that show that it does not
/// break here. A row that loses its test, by a change of name or otherwise, is told.
/// </summary>
public partial class PracticeTests
{
    private const int Last = 72;

    /// <summary>Project/folder/file, then the test's name.</summary>
    private static readonly (int Case, string File, string Test)[] Rows =
    [
        // phones
        (1, "Sip/Subscriptions/SubscriptionTests", "A_lamp_is_told_at_once_that_the_phone_is_idle_with_one_terminated_dialog"),
        (2, "Sip/Subscriptions/SubscriptionTests", "A_call_is_told_with_both_sides_and_what_a_pickup_needs"),
        (3, "Core/Exchange/HouseStateTests", "A_lamp_follows_a_call_from_ringing_to_its_end"),
        (4, "Sip/Calls/InCallTests", "A_phone_that_forgets_rport_is_answered_where_it_speaks_from_when_its_account_says_so_case_4"),
        (4, "Sip/Calls/CallTests", "The_answer_goes_to_the_source_port_with_rport_and_to_the_Via_port_without"),
        (5, "Sip/Calls/CallTests", "A_phone_that_puts_a_new_branch_on_the_ACK_of_a_refusal_is_understood"),
        (6, "Sip/Calls/CallTests", "A_late_offer_is_answered_in_the_ACK"),
        (6, "Sip/Calls/InCallTests", "A_call_we_placed_takes_holds_keys_and_late_offers_like_any_other"),
        (7, "Sip/Calls/OutgoingCallTests", "A_600_silences_every_device_and_a_603_only_its_own_case_7"),
        (8, "Sip/Calls/OutgoingCallTests", "All_devices_of_a_person_ring_and_the_losers_note_no_missed_call_case_8"),
        (9, "Sip/Calls/OutgoingCallTests", "Giving_up_before_anything_was_heard_waits_for_the_first_provisional_answer"),
        (10, "Sip/Calls/OutgoingCallTests", "Two_phones_picked_up_together_and_the_later_one_is_ended_case_10"),
        (11, "Sip/Calls/TrunkCallTests", "A_pound_key_in_a_number_is_written_so_that_everybody_reads_it_case_11"),
        (12, "Sip/Calls/InCallTests", "The_session_is_refreshed_at_half_time_by_whom_the_answer_names_case_12_13_14"),
        (13, "Sip/Calls/InCallTests", "The_session_is_refreshed_at_half_time_by_whom_the_answer_names_case_12_13_14"),
        (14, "Sip/Dialogs/SessionTimerTests", "An_UPDATE_in_time_starts_the_clock_anew"),
        (15, "Sip/Calls/ReferTests", "Hold_and_transfer_in_one_breath_both_happen_case_15"),
        (16, "Media/Sdp/FormatTests", "Keys_go_with_the_clock_of_the_voice"),
        (17, "Media/Rtp/DigitReaderTests", "A_lost_beginning_or_end_changes_nothing"),
        (18, "Sip/Registrar/RegistrarTests", "A_phone_that_asks_for_outbound_gets_it_and_its_instance_back"),
        (19, "Sip/Registrar/RegistrarTests", "After_423_the_same_nonce_still_counts_case_19"),
        (20, "Sip/Calls/OutgoingCallTests", "Of_two_contacts_in_the_answer_the_first_counts_case_20"),

        // trunks
        (21, "Core/Calls/TrunkIdentityTests", "The_caller_is_where_the_provider_reads_him_case_21"),
        (22, "Sip/Calls/TrunkCallTests", "The_number_stays_at_the_providers_name_and_the_contact_names_the_trunk_case_22"),
        (23, "Sip/Calls/TrunkCallTests", "An_outbound_proxy_is_a_route_and_nothing_else_case_23"),
        (24, "Core/Calls/CallPolicyTests", "Of_two_accounts_at_one_provider_the_one_is_called_whose_number_it_is"),
        (25, "Core/Calls/TrunkIdentityTests", "The_called_number_is_where_the_provider_writes_it"),
        (26, "Core/Calls/RouterTests", "A_trunk_s_number_is_rewritten_before_the_routes_are_asked"),
        (27, "Sip/Calls/RefusedCallsTests", "A_provider_that_is_no_trunk_of_ours_is_told_of_once_a_minute"),
        (28, "Sip/Calls/OutgoingCallTests", "The_route_set_of_the_answer_is_followed_in_reverse_and_kept_case_28"),
        (29, "Sip/Calls/TrunkCallTests", "A_silent_server_has_four_seconds_at_most_while_another_remains_and_32_as_the_last_case_29"),
        (30, "Sip/Calls/TrunkCallTests", "The_server_we_are_registered_with_is_asked_first_case_30"),
        (31, "Sip/Calls/TrunkCallTests", "A_503_is_acknowledged_and_the_next_server_asked_case_31"),
        (32, "Sip/Calls/TrunkCallTests", "A_503_about_one_number_marks_no_server_as_dead_case_32"),
        (33, "Sip/Calls/OutgoingCallTests", "That_it_goes_in_fragments_is_told_once_for_each_peer_case_33"),
        (33, "Sip/Calls/PassedOnTests", "An_offer_too_large_for_a_datagram_leaves_out_what_it_can_before_it_goes_another_way_case_33"),
        (34, "Sip/Calls/OutgoingCallTests", "And_it_is_taken_back_where_it_went_case_34"),
        (35, "Sip/Calls/OutgoingCallTests", "Early_media_of_any_provisional_answer_is_heard_and_ringing_after_it_is_told_case_35_36"),
        (36, "Sip/Calls/OutgoingCallTests", "Early_media_of_any_provisional_answer_is_heard_and_ringing_after_it_is_told_case_35_36"),
        (37, "Sip/Calls/OutgoingCallTests", "A_proxy_that_forked_gives_a_dialog_per_tag_and_the_second_answer_is_ended_case_37_39"),
        (38, "Sip/Calls/ReliableTests", "Their_reliable_ringing_gets_a_PRACK_in_its_own_dialog_and_a_repetition_none_case_38"),
        (39, "Sip/Calls/OutgoingCallTests", "A_proxy_that_forked_gives_a_dialog_per_tag_and_the_second_answer_is_ended_case_37_39"),
        (40, "Sip/Calls/OutgoingCallTests", "An_answer_that_crosses_the_CANCEL_is_acknowledged_and_ended_case_40"),
        (41, "Sip/Calls/CallTests", "CANCEL_ends_the_INVITE_with_487_and_tells_the_handler"),
        (42, "Sip/Calls/OutgoingCallTests", "An_answer_without_a_tag_is_a_call_all_the_same_case_42"),
        (43, "Sip/Calls/ReliableTests", "A_late_offer_rings_unreliably_and_its_answer_may_come_in_the_PRACK_case_43"),
        (44, "Sip/Calls/OutgoingCallTests", "An_answer_that_repeats_its_preview_or_leaves_it_out_means_the_preview_case_44"),
        (45, "Media/Sdp/OfferAnswerTests", "Directions_are_mirrored"),
        (46, "Sip/Calls/InCallTests", "After_a_collision_the_one_who_made_the_call_waits_2_to_4_seconds_case_46"),
        (47, "Core/Exchange/FaxTests", "The_same_fax_said_again_is_answered_here"),
        (47, "Core/Exchange/FaxTests", "A_description_of_nothing_is_refused_and_understood_as_the_end_of_the_fax"),
        (47, "Core/Exchange/FaxTests", "Voice_and_fax_offered_together_mean_the_voice"),
        (47, "Core/Exchange/FaxTests", "What_the_other_machine_refuses_is_refused_and_the_voices_go_on"),
        (48, "Sip/Calls/ReferTests", "A_transfer_is_accepted_told_and_ended"),
        (48, "Core/Exchange/TransferTests", "A_blind_transfer_connects_the_partner_with_somebody_else"),
        (49, "Sip/Calls/ReferTests", "Saying_BYE_right_after_the_202_leaves_the_transfer_to_go_on_case_49"),
        (50, "Sip/Calls/ReferTests", "A_subscription_without_an_end_times_out_and_one_nobody_knows_is_dropped"),
        (51, "Sip/Trunks/CertifiedTrunkTests", "A_call_from_an_address_on_no_list_is_the_trunks_when_its_certificate_is_case_51"),
        (51, "Sip/Trunks/CertifiedTrunkTests", "Its_listener_calls_itself_by_the_name_that_stands_in_our_certificate_case_51"),
        (51, "Sip/Trunks/CertifiedTrunkTests", "Probes_of_the_line_carry_Contact_and_Allow_case_51"),
        (51, "Sip/Trunks/CertifiedTrunkTests", "Each_trunk_is_shown_the_certificate_that_is_meant_for_it"),
        (52, "Sip/Requests/KeyringTests", "A_folded_challenge_is_read_case_52"),

        // browsers and transports
        (53, "Sip/Registrar/BrowserTests", "The_contact_comes_back_as_it_was_with_expires_instance_and_reg_id"),
        (54, "Sip/Registrar/BrowserTests", "The_contact_comes_back_as_it_was_with_expires_instance_and_reg_id"),
        (55, "Sip/Registrar/BrowserTests", "The_answer_bears_one_Via_with_sent_by_untouched_and_no_port_added"),
        (56, "Sip/Transport/WebSocketTests", "A_keep_alive_is_answered_by_its_own_message_and_nothing_else_is_made_of_it"),
        (56, "Sip/Registrar/BrowserTests", "A_browser_is_never_pinged_on_its_socket"),
        (57, "Web/Hosting/SipEndpointTests", "A_browsers_socket_is_pinged_before_a_proxy_finds_it_idle_case_57"),
        (58, "Sip/Transport/SecureSchemeTests", "Two_browsers_that_drew_the_same_branch_are_two_transactions_case_58"),
        (59, "Sip/Transport/SecureSchemeTests", "Over_a_secure_connection_our_Contact_is_a_plain_sip_address_case_59"),
        (59, "Sip/Transport/SecureSchemeTests", "A_phone_that_registers_a_sips_Contact_is_called_by_it_as_it_stands_and_over_its_own_connection_case_59"),
        (59, "Sip/Resolver/LocatorTests", "An_address_needs_no_name_server"),
        (60, "Sip/Calls/InCallTests", "Requests_of_ours_follow_a_phone_to_its_new_connection_before_it_says_a_word_in_the_call"),
        (61, "Sip/Transport/SocketTests", "Answers_reach_a_peer_that_closed_its_half_of_the_connection"),
        (62, "Sip/Calls/OutgoingCallTests", "A_registered_phone_is_called_by_its_contact_and_its_own_flow"),
        (63, "Sip/Calls/InCallTests", "And_through_a_new_port_of_its_translator_but_not_to_another_device_of_the_account"),
        (64, "Sip/Calls/CallTests", "Via_and_Contact_put_an_IPv6_address_into_brackets"),
        (64, "Sip/Transport/UdpTests", "The_zone_of_an_address_stays_at_home"),
        (65, "Sip/Transport/SocketTests", "A_port_that_is_closed_when_the_answer_comes_ends_no_receiving_case_65"),
        (66, "Sip/Transport/OutgoingTests", "Ten_thousand_messages_over_one_connection_leave_nothing_behind_case_66"),
        (67, "Sip/Messages/SipMessageTests", "On_a_stream_a_bare_line_feed_and_a_missing_length_are_faults"),
        (67, "Sip/Transport/StreamFramerTests", "Messages_come_out_whole_however_the_stream_is_cut"),
        (68, "Sip/Authentication/SipBansTests", "Missing_credentials_and_stale_nonces_never_count"),
        (69, "Sip/Trunks/LineTableTests", "Nothing_is_ever_in_progress_without_a_timer_that_ends_it"),
        (70, "Sip/Authentication/ChallengeListTests", "A_browser_is_asked_for_MD5_alone_whatever_the_list_begins_with_case_70"),
        (71, "Media/Sdp/InteropTests", "JsSIP_holds_and_comes_back"),
        (72, "Sip/Calls/GruuTests", "A_call_the_house_places_to_it_goes_by_the_flow_of_its_device"),
        (72, "Sip/Registrar/RegistrarRulesTests", "A_device_is_granted_an_address_of_its_own_and_found_by_it"),
    ];

    [Fact]
    public void Every_report_of_the_field_has_its_test() =>
        Assert.Empty(Enumerable.Range(1, Last).Except(Rows.Select(r => r.Case)));

    [Fact]
    public void Every_test_named_above_is_there()
    {
        var files = Rows.Select(r => r.File).Distinct().ToDictionary(f => f, f => File.ReadAllText(PathOf(f)));

        Assert.Empty(Rows.Where(r => !IsTest(files[r.File], r.Test)).Select(r => $"{r.Case}: {r.File}.{r.Test}"));
        Assert.False(IsTest("    public void Almost_the_same_name()", "Almost_the_same"));
    }

    private static bool IsTest(string source, string name) => TestName().Matches(source).Any(m => m.Groups[1].Value == name);

    private static string PathOf(string file)
    {
        var slash = file.IndexOf('/', StringComparison.Ordinal);
        return Path.Combine(Kit.Root, "tests", $"Conference.{file[..slash]}.Tests", file[(slash + 1)..] + ".cs");
    }

    [GeneratedRegex(@"public (?:async Task|Task|void) (\w+)\(")]
    private static partial Regex TestName();
}
