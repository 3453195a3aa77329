using Conference.Core.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Conference.Infrastructure.Data.Maps;

internal sealed class TrunkMap : IEntityTypeConfiguration<StoredTrunk>
{
    public void Configure(EntityTypeBuilder<StoredTrunk> trunk)
    {
        trunk.ToTable("trunks");
        trunk.Property(t => t.Id).ValueGeneratedNever();
        trunk.Property(t => t.Name).HasMaxLength(StoredTrunk.NameLength);
        trunk.HasIndex(t => t.Name).IsUnique();
    }
}

internal sealed class DialRuleMap : IEntityTypeConfiguration<StoredDialRule>
{
    public void Configure(EntityTypeBuilder<StoredDialRule> rule)
    {
        rule.ToTable("dial_rules");
        rule.Property(r => r.Id).ValueGeneratedNever();
        rule.Property(r => r.Name).HasMaxLength(Extension.NameLength);
        rule.Property(r => r.Pattern).HasMaxLength(StoredDialRule.PatternLength);
        rule.Property(r => r.Prepend).HasMaxLength(ExtensionRules.TargetLength);
        rule.Property(r => r.EnumSuffix).HasMaxLength(100);
        rule.Ignore(r => r.Rule);
    }
}

internal sealed class InboundRouteMap : IEntityTypeConfiguration<StoredInboundRoute>
{
    public void Configure(EntityTypeBuilder<StoredInboundRoute> route)
    {
        route.ToTable("inbound_routes");
        route.Property(r => r.Id).ValueGeneratedNever();
        route.Property(r => r.Trunk).HasMaxLength(StoredTrunk.NameLength);
        route.Property(r => r.Pattern).HasMaxLength(StoredDialRule.PatternLength);
        route.Property(r => r.Target).HasMaxLength(ExtensionRules.TargetLength);
        route.Ignore(r => r.Route);
    }
}
