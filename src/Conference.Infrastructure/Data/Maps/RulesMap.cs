using Conference.Core.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Conference.Infrastructure.Data.Maps;

internal sealed class RulesMap : IEntityTypeConfiguration<ExtensionTemplate>
{
    public void Configure(EntityTypeBuilder<ExtensionTemplate> template)
    {
        template.ToTable("extension_templates");
        template.Property(t => t.Id).ValueGeneratedNever();
        template.Property(t => t.Name).HasMaxLength(Extension.NameLength);
        template.HasIndex(t => t.Name).IsUnique();
        Configure<ExtensionTemplate>(template);
    }

    /// <summary>The columns that extensions and templates share.</summary>
    public static void Configure<T>(EntityTypeBuilder<T> rules)
        where T : ExtensionRules
    {
        rules.Property(r => r.Language).HasMaxLength(2);
        rules.Property(r => r.Permissions).HasMaxLength(100);
        rules.Property(r => r.LampGroup).HasMaxLength(ExtensionRules.GroupLength);
        rules.Property(r => r.OutsideNumber).HasMaxLength(ExtensionRules.TargetLength);
        rules.Property(r => r.OnBusy).HasMaxLength(ExtensionRules.TargetLength);
        rules.Property(r => r.OnNoAnswer).HasMaxLength(ExtensionRules.TargetLength);
        rules.Property(r => r.OnUnreachable).HasMaxLength(ExtensionRules.TargetLength);
    }
}
