using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.ToolTests;

public class BrowserTests
{
    [Fact]
    public async Task A_page_is_photographed_in_four_looks_and_its_faults_are_named()
    {
        await using var browser = await Browser.Open();
        using var folder = new TempFolder("pictures");
        var page = await browser.Person("http://localhost");

        await page.SetContentAsync("<!DOCTYPE html><html lang=en><title>Good</title><main><h1>Good</h1></main></html>");
        Assert.Empty(await Browser.Photograph(page, "good", folder.Path));
        Assert.Equal(4, Directory.GetFiles(folder.Path, "good-*.png").Length);

        await page.SetContentAsync("<!DOCTYPE html><html lang=en><title>Bad</title><main><h1>Bad</h1><img src=a.png><p style='width:700px'>wide</p></main></html>");
        var faults = await Browser.Photograph(page, "bad", folder.Path);
        Assert.Contains(faults, fault => fault.Contains("image-alt", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("narrow-dark: 7", StringComparison.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.Contains("wide-dark: 7", StringComparison.Ordinal));
    }
}
