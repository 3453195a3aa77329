using System.Diagnostics;
using System.Net;
using Conference.Sip.Tests.House;
using Xunit;

namespace Conference.Sip.Tests.Sipp;

/// <summary>Real SIPp against a real stack: the conformance scenarios of the shared kit that need no media of ours.</summary>
public class SippScenarioTests
{
    private static readonly SemaphoreSlim Some = new(4); // the machine has other things to do

    [Theory]
    [InlineData("01_register_ok.xml", "0")]
    [InlineData("03_register_stale_nonce.xml", "0")]
    [InlineData("04_register_too_brief.xml", "0")]
    [InlineData("05_register_last_wins.xml", "0")]
    [InlineData("06_register_cseq_order.xml", "0")]
    [InlineData("12_lost_ack.xml", "7004", "-nr")]
    [InlineData("14_duplicate_invite.xml", "7001", "-nr")]
    [InlineData("15_cancel_ringing.xml", "7001")]
    [InlineData("16_cancel_after_200.xml", "7004")]
    [InlineData("18_reinvite_hold.xml", "7004")]
    [InlineData("19_update_session_timer.xml", "7004")]
    [InlineData("20_session_timer_422.xml", "7004")]
    [InlineData("21_early_bye.xml", "7001")]
    [InlineData("22_wrong_cseq.xml", "7004")]
    [InlineData("23_unknown_dialog.xml", "7004")]
    [InlineData("24_bad_sdp.xml", "7004")]
    [InlineData("25_codec_488.xml", "7004")]
    [InlineData("26_not_found.xml", "6999")]
    [InlineData("27_late_offer.xml", "7004")]
    [InlineData("33_options.xml", "0")]
    public Task A_phone_over_udp_gets_what_the_RFCs_promise(string scenario, string number, params string[] more) =>
        Run(scenario, number, "secret-2001a", s => s.Udp, TimeSpan.FromMilliseconds(500), more);

    [Theory]
    [InlineData("02_register_bad_password.xml", "0")]
    [InlineData("11_invite_challenge.xml", "7004")]
    public Task A_phone_with_a_wrong_password_stays_outside(string scenario, string number) =>
        Run(scenario, number, "wrong", s => s.Udp, TimeSpan.FromMilliseconds(500));

    [Fact]
    public Task A_phone_that_plays_audio_is_called_and_hangs_up() =>
        Run("10_invite_basic_rtp.xml", "7004", "secret-2001a", s => s.Udp, TimeSpan.FromMilliseconds(500));

    [Fact]
    public Task A_phone_that_never_acknowledges_is_hung_up_on() =>
        Run("13_no_ack_at_all.xml", "7004", "secret-2001a", s => s.Udp, TimeSpan.FromMilliseconds(100));

    [Theory]
    [InlineData("01_register_ok.xml", "0")]
    [InlineData("15_cancel_ringing.xml", "7001")]
    [InlineData("18_reinvite_hold.xml", "7004")]
    [InlineData("40_tcp_large_invite.xml", "7004")]
    public Task A_phone_over_tcp_gets_the_same(string scenario, string number) =>
        Run(scenario, number, "secret-2001a", s => s.Tcp, TimeSpan.FromMilliseconds(500), "-t", "t1");

    private static async Task Run(string scenario, string number, string secret, Func<TestStack, IPEndPoint> at, TimeSpan t1, params string[] more)
    {
        await Some.WaitAsync();
        try
        {
            await using var stack = new TestStack(t1: t1);
            var (status, output) = await Sipp(scenario, number, secret, at(stack), more);
            Assert.True(status == 0, $"{scenario}: SIPp ended with {status}.\n{output}\n{string.Join('\n', stack.House.Troubles)}");
        }
        finally
        {
            Some.Release();
        }
    }

    private static async Task<(int Status, string Output)> Sipp(string scenario, string number, string secret, IPEndPoint server, string[] more)
    {
        var errors = Path.GetTempFileName();
        string[] arguments =
        [
            server.ToString(), "-sf", Path.Combine(Kit.Sipp, scenario), "-s", number, "-key", "user", "2001a", "-key", "domain", TestHouse.Realm,
            "-au", "2001a", "-ap", secret, "-i", "127.0.0.1", "-mi", "127.0.0.1", "-m", "1", "-l", "1", "-nostdin", "-timeout", "50", "-timeout_error",
            "-recv_timeout", "20000", "-trace_err", "-error_file", errors, .. more,
        ];
        var start = new ProcessStartInfo("sipp", arguments) { WorkingDirectory = Kit.Sipp, RedirectStandardOutput = true, RedirectStandardError = true };
        using var sipp = Begin(start);
        var output = sipp.StandardOutput.ReadToEndAsync();
        var complaints = sipp.StandardError.ReadToEndAsync();
        await sipp.WaitForExitAsync();
        await output;
        var text = await File.ReadAllTextAsync(errors) + await complaints;
        File.Delete(errors);
        return (sipp.ExitCode, text);
    }

    private static Process Begin(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new InvalidOperationException("The tests need SIPp: apt-get install sip-tester.", error);
        }
    }
}
