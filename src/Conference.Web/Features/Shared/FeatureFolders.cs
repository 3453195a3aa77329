using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.Razor;

namespace Conference.Web.Features.Shared;

/// <summary>Finds a view in the folder of its controller, whatever the controller is called.</summary>
public sealed class FeatureFolders : IViewLocationExpander
{
    public void PopulateValues(ViewLocationExpanderContext context) => context.Values["feature"] = FolderOf(context);

    public IEnumerable<string> ExpandViewLocations(ViewLocationExpanderContext context, IEnumerable<string> viewLocations) =>
        viewLocations.Select(l => l.Replace("{2}", FolderOf(context), StringComparison.Ordinal));

    private static string FolderOf(ViewLocationExpanderContext context) =>
        (context.ActionContext.ActionDescriptor as ControllerActionDescriptor)?.ControllerTypeInfo.Namespace?.Split('.')[^1] ?? "Shared";
}
