using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.ToolTests;

public class ProviderTests
{
    [Theory]
    [InlineData(ProviderManner.Answers)]
    [InlineData(ProviderManner.Asks401)]
    [InlineData(ProviderManner.Asks407)]
    [InlineData(ProviderManner.IsSlow)]
    public async Task One_that_answers_in_the_end_is_talked_to_and_sees_the_end(ProviderManner manner)
    {
        await using var provider = await Provider.Open(manner, "t1", "ts1");
        await using var phone = await Phone.SwitchOn("phone", 500, new PhoneAccount("t1", "ts1", provider.Address), registers: false);

        await phone.Dial("0391234");
        await phone.HangUp();

        await provider.Sees("BYE");
        await provider.Sees("INVITE sip:0391234");
        Assert.Equal(manner is ProviderManner.Asks401 or ProviderManner.Asks407 ? 2 : 1, provider.Saw.Count(note => note.StartsWith("INVITE", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_wrong_secret_is_told()
    {
        await using var provider = await Provider.Open(ProviderManner.Asks401, "t1", "other");
        await using var phone = await Phone.SwitchOn("phone", 500, new PhoneAccount("t1", "ts1", provider.Address), registers: false);

        Assert.StartsWith("403", await phone.DialInVain("0391234"), StringComparison.Ordinal);
        await provider.Sees("WRONG");
    }

    [Theory]
    [InlineData(ProviderManner.IsOutOfService, "503")]
    [InlineData(ProviderManner.AsksForEver, "401")]
    public async Task One_that_will_not_answer_says_so(ProviderManner manner, string status)
    {
        await using var provider = await Provider.Open(manner);
        await using var phone = await Phone.SwitchOn("phone", 500, new PhoneAccount("t1", "ts1", provider.Address), registers: false);

        Assert.StartsWith(status, await phone.DialInVain("0391234"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_one_takes_the_call_and_says_nothing()
    {
        await using var provider = await Provider.Open(ProviderManner.IsSilent);
        await using var phone = await Phone.SwitchOn("phone", 500, new PhoneAccount("t1", "ts1", provider.Address), registers: false);

        await phone.Start("0391234");
        await provider.Sees("INVITE");
        await Task.Delay(TimeSpan.FromSeconds(1)); // for an answer to arrive that must not

        Assert.DoesNotContain(phone.Events, e => e.Type is "CALL_RINGING" or "CALL_PROGRESS" or "CALL_ESTABLISHED" or "CALL_CLOSED");
    }
}
