using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.ToolTests;

public class JsSipPageTests
{
    [Fact]
    public async Task A_page_signs_on_again_after_a_reload_and_says_when_it_is_refused()
    {
        await using var provider = await Kamailio.AsProvider("s3cret");
        await using var browser = await Browser.Open();
        var socket = $"ws://{provider.Address}/";

        var good = await JsSipPage.Open(await browser.Person("http://localhost"), "http://localhost:17001");
        Assert.Equal("idle", await good.State());
        await good.SignOn(socket, "anna", "s3cret", provider.Address);
        var before = await good.Shows("registered");
        await good.Reload();
        var after = await good.Shows("registered");
        Assert.NotEqual(before, after); // another socket, another made-up host

        var bad = await JsSipPage.Open(await browser.Person("http://localhost"), "http://localhost:17001");
        await bad.SignOn(socket, "mallory", "guess", provider.Address);
        Assert.StartsWith("401", await bad.Shows("refused"), StringComparison.Ordinal);
    }
}
