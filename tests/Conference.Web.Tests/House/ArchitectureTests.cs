using System.Xml.Linq;

namespace Conference.Web.Tests.House;

/// <summary>Arrows between projects point down, never sideways, never up; the two protocol libraries need nothing but the base class library.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> s_projects = new()
    {
        ["Conference.Sip"] = [],
        ["Conference.Media"] = [],
        ["Conference.Core"] = ["Conference.Sip", "Conference.Media"],
        ["Conference.Infrastructure"] = ["Conference.Core"],
        ["Conference.Web"] = ["Conference.Infrastructure", "Conference.Migrations.Sqlite", "Conference.Migrations.Postgres"],
    };

    [Fact]
    public void Every_project_refers_to_what_the_picture_says() =>
        Assert.Empty(s_projects.Keys.SelectMany(p => Violations(p, XDocument.Load(Path.Combine(FolderArrowTests.Root(), "src", p, $"{p}.csproj")))));

    [Fact]
    public void No_project_of_the_house_is_missing_from_the_picture() =>
        Assert.Equal(s_projects.Keys.Order(StringComparer.Ordinal), Directory.GetDirectories(Path.Combine(FolderArrowTests.Root(), "src"), "Conference.*").Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Conference.Sip", "<ProjectReference Include='../Conference.Media/Conference.Media.csproj' />")]
    [InlineData("Conference.Media", "<ProjectReference Include='../Conference.Core/Conference.Core.csproj' />")]
    [InlineData("Conference.Core", "<ProjectReference Include='../Conference.Infrastructure/Conference.Infrastructure.csproj' />")]
    [InlineData("Conference.Sip", "<PackageReference Include='Newtonsoft.Json' />")]
    [InlineData("Conference.Core", "<PackageReference Include='Microsoft.EntityFrameworkCore' />")]
    [InlineData("Conference.Core", "<FrameworkReference Include='Microsoft.AspNetCore.App' />")]
    public void A_planted_reference_is_found(string project, string reference) =>
        Assert.Single(Violations(project, XDocument.Parse($"<Project><ItemGroup>{reference}</ItemGroup></Project>")));

    private static IEnumerable<string> Violations(string project, XDocument file)
    {
        foreach (var reference in file.Descendants("ProjectReference"))
            if (Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')) is var seen && !s_projects[project].Contains(seen)) yield return $"{project} refers to {seen}";
        if (project is not ("Conference.Sip" or "Conference.Media" or "Conference.Core")) yield break;
        foreach (var reference in file.Descendants().Where(e => e.Name.LocalName is "PackageReference" or "FrameworkReference")) yield return $"{project} needs {reference.Attribute("Include")!.Value}";
    }
}
